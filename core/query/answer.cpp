// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/answer.h"

#include "core/base/text.h"

namespace millrace::query {

std::string_view cutName(CutBy cut) noexcept
{
    switch (cut) {
    case CutBy::Rows:
        return "rows";
    case CutBy::Bytes:
        return "bytes";
    case CutBy::Nothing:
        break;
    }
    return {};
}

Answer::Answer(std::vector<AnswerColumn> columns, AnswerLimits limits, NextRow nextRow,
               std::function<void()> finish)
    : m_columns(std::move(columns))
    , m_limits(limits)
    , m_nextRow(std::move(nextRow))
    , m_finish(std::move(finish))
{
}

Result<const AnswerRow*> Answer::next()
{
    if (m_isOver)
        return nullptr;
    auto given = m_nextRow();
    if (!given || *given == nullptr) {
        finish();
        return given;
    }
    if (m_end.rows == m_limits.rowsMax || !fitsBytes(**given)) {
        m_end.cut = m_end.rows == m_limits.rowsMax ? CutBy::Rows : CutBy::Bytes;
        finish();
        return nullptr;
    }
    m_row = **given;
    m_cutCells.clear();
    for (std::size_t i = 0; i < m_row.size(); ++i) {
        auto& value = m_row[i];
        if (value && value->size() > m_limits.cellBytesMax) {
            value = cutUtf8(*value, m_limits.cellBytesMax);
            m_cutCells.push_back(i);
        }
    }
    m_end.cutCells += static_cast<std::int64_t>(m_cutCells.size());
    ++m_end.rows;
    return &m_row;
}

void Answer::finish()
{
    m_isOver = true;
    m_finish();
}

bool Answer::fitsBytes(const AnswerRow& row)
{
    for (const auto& value : row)
        m_bytes +=
            value ? static_cast<std::int64_t>(std::min(value->size(), m_limits.cellBytesMax)) : 0;
    return m_bytes <= m_limits.bytesMax;
}

} // namespace millrace::query
