// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/query/positions.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::query {

/// How a column's text is written.
enum class ValueKind : std::uint8_t { Text, Bool, Integer, Decimal, Real, Time, Json };

struct AnswerColumn
{
    std::string name;
    std::string type; ///< as PostgreSQL spells it
    ValueKind kind = ValueKind::Text;
    bool operator==(const AnswerColumn&) const = default;
};

[[nodiscard]] std::vector<AnswerColumn> columnsOf(const postgres::ResultSet& rows);

/// Caps of an answer. What is cut is flagged, never silent.
struct AnswerLimits
{
    std::int64_t rowsMax = 1'000'000;
    std::int64_t bytesMax = std::int64_t{256} << 20; ///< of the values as the server sends them
    std::size_t cellBytesMax = std::size_t{1} << 20;
    int columnsMax = 1'600;
};

enum class CutBy : std::uint8_t { Nothing, Rows, Bytes };
[[nodiscard]] std::string_view cutName(CutBy cut) noexcept; ///< "", "rows", "bytes"

/// What can only be said at the end.
struct AnswerEnd
{
    std::int64_t rows = 0;
    CutBy cut = CutBy::Nothing;
    std::int64_t cutCells = 0; ///< texts longer than a cell may be
    bool operator==(const AnswerEnd&) const = default;
};

/// Values of one row; valid until the next one is read. Nothing is NULL.
using AnswerRow = std::vector<std::optional<std::string_view>>;
/// Which of its values were cut.
using CutCells = std::vector<std::size_t>;

/// Rows as they come from the server: constant memory for any size. The session that gave it must
/// outlive it.
class Answer
{
public:
    /// Gives the next row's values in the order of the columns; nothing at the end.
    using NextRow = std::function<Result<const AnswerRow*>()>;

    Answer(std::vector<AnswerColumn> columns, Positions positions, AnswerLimits limits,
           NextRow nextRow, std::function<void()> finish);

    [[nodiscard]] const std::vector<AnswerColumn>& columns() const noexcept { return m_columns; }
    /// Its moment: the rows hold all below these offsets, and nothing else.
    [[nodiscard]] const Positions& positions() const noexcept { return m_positions; }
    /// Null at the end, also when a cap was reached: end() tells.
    Result<const AnswerRow*> next();
    /// Of the last row.
    [[nodiscard]] const CutCells& cutCells() const noexcept { return m_cutCells; }
    [[nodiscard]] const AnswerEnd& end() const noexcept { return m_end; }

private:
    void finish();
    bool fitsBytes(const AnswerRow& row);

    std::vector<AnswerColumn> m_columns;
    Positions m_positions;
    AnswerLimits m_limits;
    NextRow m_nextRow;
    std::function<void()> m_finish;
    AnswerRow m_row;
    CutCells m_cutCells;
    AnswerEnd m_end;
    std::int64_t m_bytes = 0;
    bool m_isOver = false;
};

} // namespace millrace::query
