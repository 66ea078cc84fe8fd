// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/row_encoder.h"

#include "core/landing/headers_json.h"
#include "core/landing/numeric_encoder.h"
#include "core/record/escapes.h"
#include "core/record/numbers.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace millrace::landing {

namespace {

constexpr std::string_view signature{"PGCOPY\n\xff\r\n\0", 11};
constexpr std::int32_t nullField = -1;
constexpr char jsonbVersion = 1;
constexpr std::size_t keepBytesMax = 4u << 20;

/// PostgreSQL counts microseconds from 2000-01-01, Kafka milliseconds from 1970-01-01.
constexpr std::int64_t epochShiftMs = 946'684'800'000;
/// timestamptz reaches from 4714-11-24 BC to the end of 294276 (src/include/datatype/timestamp.h).
constexpr std::int64_t timestampMinMs = -211'813'488'000'000 + epochShiftMs;
constexpr std::int64_t timestampEndMs = 9'223'371'331'200'000 + epochShiftMs;

/// A heap tuple: header, null bitmap, and what each value takes once everything long is toasted.
constexpr std::size_t tupleHeaderBytes = 24;
constexpr std::size_t toastableBytesMin = 24;

std::size_t aligned(std::size_t position)
{
    return (position + 7) & ~std::size_t{7};
}

bool isFixedWidth(schema::ColumnType type)
{
    return type == schema::ColumnType::BigInt || type == schema::ColumnType::Double ||
           type == schema::ColumnType::Timestamp;
}

std::size_t readLength(const char* field)
{
    std::uint32_t length = 0;
    std::memcpy(&length, field, sizeof length);
    return std::endian::native == std::endian::little ? __builtin_bswap32(length) : length;
}

} // namespace

RowEncoder::RowEncoder(const Limits& limits)
    : m_limits(limits)
{
}

void RowEncoder::begin(const schema::TableSchema& schema, std::span<const int> columns,
                       const Planner& planner, const record::PathDictionary& paths)
{
    m_planner = &planner;
    m_paths = &paths;
    m_slots.clear();
    m_slotOfColumn.assign(schema.columns.size(), -1);
    for (const int column : columns) {
        const auto index = static_cast<std::size_t>(column);
        m_slotOfColumn[index] = static_cast<std::int16_t>(m_slots.size());
        m_slots.emplace_back().type = schema.columns[index].type;
    }
    clear();
}

void RowEncoder::clear()
{
    m_out.clear(keepBytesMax);
}

void RowEncoder::addHeader()
{
    m_out.putBytes(signature);
    m_out.put32(0);
    m_out.put32(0);
}

void RowEncoder::addTrailer()
{
    m_out.put16(-1);
}

void RowEncoder::addRow(const RowSource& source, const record::Decoded& decoded)
{
    const record::Message& message = *source.message;
    m_more.clear();
    scatter(*source.record, decoded);
    const bool keyIsText = message.hasKey && isJsonText(message.key);
    if (message.hasKey && !keyIsText)
        m_more.addKey(message.key);
    const std::int64_t ms = message.timestampMs;
    const bool hasTime = ms != -1 && ms >= timestampMinMs && ms < timestampEndMs;
    if (!hasTime)
        m_more.addTimestamp(ms);
    const std::int64_t timeUs = hasTime ? (ms - epochShiftMs) * 1'000 : 0;

    const std::size_t begin = m_out.size();
    writeRow(source, timeUs, hasTime, keyIsText);
    // The encoded row is at most this much smaller than the tuple: padding and null bitmap.
    const std::size_t padding = tupleHeaderBytes + m_slots.size() * 4;
    const auto widthMax = static_cast<std::size_t>(m_limits.rowWidthBytesMax);
    if (m_out.size() - begin + padding > widthMax) [[unlikely]] {
        for (;;) {
            const std::size_t width = measure(begin);
            if (width <= widthMax || !spill(width - widthMax))
                break;
            m_out.truncate(begin);
            writeRow(source, timeUs, hasTime, keyIsText);
        }
    }
    for (Slot& slot : m_slots)
        slot.cell = nullptr;
    if (source.record->looseBegin != source.record->looseEnd) [[unlikely]] {
        for (Slot& slot : m_slots)
            slot.loose = nullptr;
    }
}

RowEncoder::Slot& RowEncoder::slotOf(int column)
{
    const std::int16_t slot = m_slotOfColumn[static_cast<std::size_t>(column)];
    return m_slots[static_cast<std::size_t>(slot)];
}

void RowEncoder::scatter(const record::Record& record, const record::Decoded& decoded)
{
    for (std::uint32_t c = record.cellBegin; c != record.cellEnd; ++c) {
        const record::Cell& cell = decoded.cells[c];
        const int column = m_planner->placement(cell.path(), cell.kind());
        if (column >= 0) [[likely]]
            slotOf(column).cell = &cell;
        else
            m_more.add(cell, *m_paths);
    }
    if (record.looseBegin != record.looseEnd) [[unlikely]]
        scatterLoose(record, decoded);
}

void RowEncoder::scatterLoose(const record::Record& record, const record::Decoded& decoded)
{
    m_looseCells.clear();
    m_looseTexts.clear();
    for (std::uint32_t l = record.looseBegin; l != record.looseEnd; ++l) {
        const record::LooseValue& value = decoded.loose[l];
        const int column = m_planner->placement(value);
        if (column < 0) {
            m_more.add(value);
            continue;
        }
        slotOf(column).cell = cellOf(value);
        slotOf(column).loose = &value;
    }
}

/// The value as if its path were interned; its path id means nothing.
const record::Cell* RowEncoder::cellOf(const record::LooseValue& value)
{
    record::Cell& cell = m_looseCells.emplace_back();
    cell.pathAndKind = static_cast<std::uint32_t>(value.kind) << 28;
    const std::string_view json = value.json;
    std::string_view text = json;
    if (value.kind == schema::Kind::Bool) {
        cell.integer = json == "true" ? 1 : 0;
        return &cell;
    }
    if (value.kind == schema::Kind::Int53 || value.kind == schema::Kind::Int64) {
        std::from_chars(json.data(), json.data() + json.size(), cell.integer);
        return &cell;
    }
    if (value.kind == schema::Kind::String || value.kind == schema::Kind::Timestamp) {
        std::string& unescaped = m_looseTexts.emplace_back();
        record::unescape(json.substr(1, json.size() - 2), &unescaped);
        text = unescaped;
    }
    cell.text = text.data();
    cell.length = static_cast<std::uint32_t>(text.size());
    return &cell;
}

void RowEncoder::writeRow(const RowSource& source, std::int64_t timeUs, bool hasTime,
                          bool keyIsText)
{
    const record::Message& message = *source.message;
    m_out.put16(static_cast<std::int16_t>(copyFixedColumnCount + std::ssize(m_slots)));
    m_out.put32(4);
    m_out.put32(message.partition.value);
    m_out.put32(4);
    m_out.put32(source.generation.value);
    m_out.put32(8);
    m_out.put64(message.offset.value);
    m_out.put32(hasTime ? 8 : nullField);
    if (hasTime)
        m_out.put64(timeUs);
    if (keyIsText)
        m_out.putField(message.key);
    else
        m_out.put32(nullField);
    writeHeaders(source);
    if (m_more.empty()) {
        m_out.put32(nullField);
    } else {
        const std::string_view more = m_more.write();
        m_out.put32(static_cast<std::int32_t>(more.size() + 1));
        *m_out.room(1) = jsonbVersion;
        m_out.take(1);
        m_out.putBytes(more);
    }
    for (const Slot& slot : m_slots) {
        if (slot.cell != nullptr)
            writeCell(slot.type, *slot.cell);
        else
            m_out.put32(nullField);
    }
}

void RowEncoder::writeHeaders(const RowSource& source)
{
    const record::Message& message = *source.message;
    if (message.headers.empty() && source.headersJson.empty()) {
        m_out.put32(nullField);
        return;
    }
    std::string_view json = source.headersJson;
    if (json.empty()) {
        m_headers.clear();
        appendHeaders(m_headers, message.headers,
                      {m_limits.headersPerRowMax, m_limits.headerBytesPerRowMax});
        json = m_headers;
    }
    m_out.put32(static_cast<std::int32_t>(json.size() + 1));
    *m_out.room(1) = jsonbVersion;
    m_out.take(1);
    m_out.putBytes(json);
}

void RowEncoder::writeCell(schema::ColumnType type, const record::Cell& cell)
{
    const schema::Kind kind = cell.kind();
    const bool isInteger = kind == schema::Kind::Int53 || kind == schema::Kind::Int64;
    switch (type) {
    case schema::ColumnType::Text:
        m_out.putField(cell.view());
        break;
    case schema::ColumnType::BigInt:
        m_out.put32(8);
        m_out.put64(cell.integer);
        break;
    case schema::ColumnType::Double: {
        const double number =
            isInteger ? static_cast<double>(cell.integer) : record::toDouble(cell.view());
        m_out.put32(8);
        m_out.put64(std::bit_cast<std::int64_t>(number));
        break;
    }
    case schema::ColumnType::Bool:
        m_out.put32(1);
        *m_out.room(1) = static_cast<char>(cell.integer);
        m_out.take(1);
        break;
    case schema::ColumnType::Timestamp:
        m_out.put32(8); // a cell of Kind::Timestamp always has an instant
        m_out.put64(record::toTimestamp(cell.view()).value_or(0));
        break;
    case schema::ColumnType::Numeric:
        if (isInteger)
            putNumeric(m_out, cell.integer);
        else
            putNumeric(m_out, cell.view());
        break;
    case schema::ColumnType::Json:
        m_out.put32(static_cast<std::int32_t>(cell.length + 1));
        *m_out.room(1) = jsonbVersion;
        m_out.take(1);
        m_out.putBytes(cell.view());
        break;
    }
}

/// Bytes of the heap tuple of the row encoded last, after everything long has moved to its TOAST
/// table.
std::size_t RowEncoder::measure(std::size_t rowBegin)
{
    const char* field = m_out.bytes().data() + rowBegin + 2;
    const std::size_t fields = copyFixedColumnCount + m_slots.size();
    std::size_t width = aligned(tupleHeaderBytes + (fields + 1) / 8) + 8; // _ingested
    for (std::size_t i = 0; i < fields; ++i) {
        const std::size_t length = readLength(field);
        field += 4;
        Slot* slot = i < copyFixedColumnCount ? nullptr : &m_slots[i - copyFixedColumnCount];
        const std::size_t before = width;
        if (length != static_cast<std::uint32_t>(nullField)) {
            field += length;
            if (slot != nullptr ? isFixedWidth(slot->type) : i < 4)
                width = aligned(width) + aligned(length);
            else
                width += length + 1 > toastableBytesMin
                             ? static_cast<std::size_t>(m_limits.longValueBytes)
                             : length + 1;
        }
        if (slot != nullptr)
            slot->widthBytes = static_cast<std::uint16_t>(width - before);
    }
    return width;
}

/// Moves values to _more, from the last column on, until the row is so much narrower; false: none
/// is left.
bool RowEncoder::spill(std::size_t bytes)
{
    std::size_t freed = 0;
    for (auto slot = m_slots.rbegin(); slot != m_slots.rend() && freed < bytes; ++slot) {
        if (slot->cell == nullptr)
            continue;
        if (slot->loose != nullptr)
            m_more.add(*slot->loose);
        else
            m_more.add(*slot->cell, *m_paths);
        slot->cell = nullptr;
        freed += slot->widthBytes;
        ++m_spilled;
    }
    return freed != 0;
}

} // namespace millrace::landing
