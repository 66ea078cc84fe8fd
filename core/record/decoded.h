// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/message.h"
#include "core/record/path_dictionary.h"
#include "core/schema/kinds.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::record {

/// One leaf value. 16 bytes, because a batch has over a million of them.
struct Cell
{
    std::uint32_t pathAndKind = 0; ///< PathId in the low 28 bits, Kind in the high 4
    std::uint32_t length = 0;      ///< bytes of text
    union {
        const char* text;     ///< String, Timestamp: the unescaped text; Double, Number, Json: the
                              ///< literal as written. Points into the message or Decoded::texts.
        std::int64_t integer; ///< Int53, Int64; Bool as 0 or 1
    };

    Cell()
        : integer(0)
    {
    }
    [[nodiscard]] PathId path() const { return pathAndKind & 0x0fff'ffffU; }
    [[nodiscard]] schema::Kind kind() const { return static_cast<schema::Kind>(pathAndKind >> 28); }
    [[nodiscard]] std::string_view view() const { return {text, length}; }
};

/// A value whose path is not interned (id-like key, or the dictionary is full): goes to _more,
/// unless the planner finds a column for its path.
struct LooseValue
{
    schema::Path path;
    schema::Kind kind = schema::Kind::String;
    std::string json; ///< the value as JSON text, as it was written
};

enum class RejectClass : std::uint8_t {
    NotJson,
    Empty,
    NotUtf8,
    UnrepresentableText, ///< U+0000 or a lone surrogate
    TooDeep,
    TooLarge,
    OutOfRange,
    Framed, ///< schema-registry framing, gzip, …: not JSON but recognised
};
/// "not_json", …: the values of dead_letter.class.
[[nodiscard]] std::string_view rejectClassName(RejectClass rejectClass) noexcept;

struct Reject
{
    RejectClass rejectClass = RejectClass::NotJson;
    std::string reason; ///< one sentence with the byte position; data in it is printable()
    std::string path;   ///< display path where it happened, may be empty
};

enum class Outcome : std::uint8_t { Row, Reject, Tombstone };

struct Record
{
    Outcome outcome = Outcome::Row;
    std::uint32_t cellBegin = 0;
    std::uint32_t cellEnd = 0;
    std::uint32_t looseBegin = 0;
    std::uint32_t looseEnd = 0;
    std::uint32_t reject = 0; ///< index into Decoded::rejects when outcome is Reject
};

/// All messages of one topic of a batch, decoded; records[i] belongs to messages[i] of the span
/// that was decoded and lives no longer than it. PathIds are those of the decoder's dictionary.
struct Decoded
{
    std::vector<Record> records;
    std::vector<Cell> cells;
    std::vector<LooseValue> loose;
    std::vector<Reject> rejects;
    std::deque<std::string> texts; ///< unescaped strings that the message does not hold
    std::uint64_t duplicateKeys = 0;
    std::uint64_t byteOrderMarks = 0;
};

} // namespace millrace::record
