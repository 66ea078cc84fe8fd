// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/schema/table_schema.h"

#include <string>
#include <variant>
#include <vector>

namespace millrace::schema {

/// The record that made a change necessary; the first in (partition, offset) order.
struct Cause
{
    PartitionId partition;
    Offset offset;
    std::string sample; ///< the value as it was written, at most 200 bytes

    bool operator==(const Cause&) const = default;
};

struct CreateTable
{
    std::string table; ///< empty from diff(): the caller, who knows the topic, names it
    Cause cause;
    bool operator==(const CreateTable&) const = default;
};
struct AddColumn ///< a path's first column, or its variant when `variant`
{
    Column column;
    bool variant = false;
    Cause cause;
    bool operator==(const AddColumn&) const = default;
};
/// In place. double precision -> numeric must go by way of text: PostgreSQL's own cast keeps 15
/// digits, and 2^53 has 16.
struct WidenColumn
{
    std::string column;
    ColumnType from = ColumnType::BigInt;
    ColumnType to = ColumnType::Numeric;
    KindSet kinds; ///< of the column afterwards
    Cause cause;
    bool operator==(const WidenColumn&) const = default;
};
struct GrowKinds ///< the column holds a new kind as it is; only column_map.kinds moves, no timeline
{
    std::string column;
    KindSet kinds; ///< of the column afterwards
    bool operator==(const GrowKinds&) const = default;
};
struct Overflow ///< a path will never get a column: its values go to _more; told once a parent path
{
    Path path; ///< ends in the key that is an id or one too many; the parent path is all before it
    std::string reason;
    Cause cause;
    bool operator==(const Overflow&) const = default;
};

using Change = std::variant<CreateTable, AddColumn, WidenColumn, GrowKinds, Overflow>;
using Changes = std::vector<Change>;

/// One line for people and tests: "variant_column amount__text text (amount)".
[[nodiscard]] std::string describe(const Change& change);

} // namespace millrace::schema
