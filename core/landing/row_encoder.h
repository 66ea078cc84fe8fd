// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/landing/copy_buffer.h"
#include "core/landing/more_writer.h"
#include "core/landing/planner.h"
#include "core/record/decoded.h"
#include "core/record/message.h"
#include "core/schema/table_schema.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::landing {

/// The columns of every COPY before the data columns, in this order; `_ingested` takes its default.
inline constexpr std::string_view copyFixedColumns =
    "_partition,_generation,_offset,_time,_key,_headers,_more";
inline constexpr int copyFixedColumnCount = 7;

/// One row to encode.
struct RowSource
{
    const record::Message* message = nullptr;
    const record::Record* record = nullptr;
    Generation generation;
    std::string_view headersJson; ///< used instead of the message's headers when not empty
};

/// Records → rows of PostgreSQL's binary COPY, into a buffer that is reused. A value the row is too
/// wide for, from the last column on, goes to `_more` and is counted. Allocates nothing a row in
/// the steady state. One thread. Source of the form: PostgreSQL manual, COPY, "Binary Format", and
/// the types' receive functions.
class RowEncoder
{
public:
    explicit RowEncoder(const Limits& limits);

    /// What rows are encoded with until the next begin(): `columns` are indices in schema.columns,
    /// ascending, in the order of the COPY column list. All must outlive it.
    void begin(const schema::TableSchema& schema, std::span<const int> columns,
               const Planner& planner, const record::PathDictionary& paths);

    void addHeader();
    void addRow(const RowSource& source, const record::Decoded& decoded);
    void addTrailer();

    [[nodiscard]] std::string_view bytes() const { return m_out.bytes(); }
    void clear();
    /// Values that went to _more because their row was too wide; since the construction.
    [[nodiscard]] std::int64_t spilledValues() const { return m_spilled; }

private:
    struct Slot
    {
        schema::ColumnType type = schema::ColumnType::Text;
        const record::Cell* cell = nullptr;
        const record::LooseValue* loose = nullptr; ///< where the cell comes from, if from there
        std::uint16_t widthBytes = 0;              ///< in the heap tuple, when last measured
    };

    void scatter(const record::Record& record, const record::Decoded& decoded);
    void scatterLoose(const record::Record& record, const record::Decoded& decoded);
    Slot& slotOf(int column);
    const record::Cell* cellOf(const record::LooseValue& value);
    void writeRow(const RowSource& source, std::int64_t timeUs, bool hasTime, bool keyIsText);
    void writeHeaders(const RowSource& source);
    void writeCell(schema::ColumnType type, const record::Cell& cell);
    std::size_t measure(std::size_t rowBegin);
    bool spill(std::size_t bytes);

    Limits m_limits;
    CopyBuffer m_out;
    MoreWriter m_more;
    const Planner* m_planner = nullptr;
    const record::PathDictionary* m_paths = nullptr;
    std::vector<Slot> m_slots; ///< in the order of the COPY column list
    std::vector<std::int16_t> m_slotOfColumn;
    std::deque<record::Cell> m_looseCells; ///< of the row under way
    std::deque<std::string> m_looseTexts;
    std::string m_headers;
    std::int64_t m_spilled = 0;
};

} // namespace millrace::landing
