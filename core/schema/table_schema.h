// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/schema/column_type.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::schema {

/// Keys from the root of the message to the value; empty: the whole message (column `_value`).
using Path = std::vector<std::string>;

/// "address.city" for people; keys with dots are quoted as JSON strings.
[[nodiscard]] std::string displayPath(const Path& path);

enum class Contract : std::uint8_t {
    Evolve, ///< new keys are columns, new kinds widen or become variants
    Freeze, ///< an unknown key or a value that does not fit goes to _more
    Strict, ///< either is a dead letter `contract`
};
enum class Naming : std::uint8_t { Snake, Exact };

[[nodiscard]] std::string_view contractName(Contract contract) noexcept;
[[nodiscard]] std::optional<Contract> contractOf(std::string_view name) noexcept;
[[nodiscard]] std::string_view namingName(Naming naming) noexcept;
[[nodiscard]] std::optional<Naming> namingOf(std::string_view name) noexcept;

/// One data column. `kinds` are the kinds its *path* has shown that this column holds.
struct Column
{
    std::string name;
    Path path;
    ColumnType type = ColumnType::Text;
    KindSet kinds;
    int widenings = 0;
    bool pinned = false; ///< may not be rewritten in place (something depends on it, or it failed)

    bool operator==(const Column&) const = default;
};

/// What a topic's table looks like beyond the eight fixed columns; columns in order of creation.
struct TableSchema
{
    std::string table; ///< empty: not yet created
    std::vector<Column> columns;
    int attributesUsed = 0; ///< max(attnum), dropped ones and the eight fixed ones included
    bool rewritable = true; ///< small enough to be rewritten in place, and allowed to
    Contract contract = Contract::Evolve;
    Naming naming = Naming::Snake;

    bool operator==(const TableSchema&) const = default;
};

} // namespace millrace::schema
