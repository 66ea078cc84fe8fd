// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/answer.h"

#include "core/base/text.h"
#include "core/schema/column_type.h"

namespace millrace::query {

namespace {

ValueKind kindOf(Oid type)
{
    switch (type.value) {
    case 16:
        return ValueKind::Bool;
    case 20:
    case 21:
    case 23:
        return ValueKind::Integer;
    case 700:
    case 701:
        return ValueKind::Real;
    case 1700:
        return ValueKind::Decimal;
    case 1184:
        return ValueKind::Time;
    case 114:
    case 3802:
        return ValueKind::Json;
    default:
        return ValueKind::Text;
    }
}

std::string typeText(Oid type)
{
    if (const auto known = schema::columnTypeOfOid(type))
        return std::string(schema::sqlName(*known));
    constexpr std::pair<std::uint32_t, const char*> names[] = {
        {21, "smallint"},        {23, "integer"},
        {114, "json"},           {700, "real"},
        {1042, "character"},     {1043, "varchar"},
        {1082, "date"},          {1083, "time"},
        {1114, "timestamp"},     {1186, "interval"},
        {2950, "uuid"},          {1009, "text[]"},
        {1007, "integer[]"},     {1016, "bigint[]"},
        {1266, "timetz"},        {1022, "double precision[]"},
        {1231, "numeric[]"},     {1000, "boolean[]"},
        {1185, "timestamptz[]"}, {2249, "record"}};
    for (const auto& [oid, name] : names)
        if (oid == type.value)
            return name;
    return "other";
}

} // namespace

std::vector<AnswerColumn> columnsOf(const postgres::ResultSet& rows)
{
    std::vector<AnswerColumn> columns;
    for (int column = 0; column < rows.columns(); ++column)
        columns.push_back({std::string(rows.columnName(column)), typeText(rows.columnType(column)),
                           kindOf(rows.columnType(column))});
    return columns;
}

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

Answer::Answer(std::vector<AnswerColumn> columns, Positions positions, AnswerLimits limits,
               NextRow nextRow, std::function<void()> finish)
    : m_columns(std::move(columns))
    , m_positions(std::move(positions))
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
