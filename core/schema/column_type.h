// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/schema/kinds.h"

#include <optional>
#include <string_view>

namespace millrace::schema {

/// The closed list of column types of data tables.
enum class ColumnType : std::uint8_t { Bool, BigInt, Double, Numeric, Timestamp, Text, Json };

/// SQL spelling ("bigint", "double precision", "timestamptz"), and the short form used in variant
/// column names (`amount__text`, `amount__double`).
[[nodiscard]] std::string_view sqlName(ColumnType type) noexcept;
[[nodiscard]] std::string_view shortName(ColumnType type) noexcept;
[[nodiscard]] std::optional<ColumnType> columnTypeOfSqlName(std::string_view name) noexcept;

/// The pg_type oid of the type (fixed in PostgreSQL's catalogue), and back.
[[nodiscard]] Oid typeOid(ColumnType type) noexcept;
[[nodiscard]] std::optional<ColumnType> columnTypeOfOid(Oid oid) noexcept;

/// The column type holds a value of this kind without loss: bigint I53 I64; double I53 D; numeric
/// all numbers; timestamptz T; text T S; jsonb J; bool B.
[[nodiscard]] bool holds(ColumnType type, Kind kind) noexcept;
/// Those of `kinds` that the column type holds.
[[nodiscard]] KindSet heldOf(KindSet kinds, ColumnType type) noexcept;

/// Smallest number type for a set of number kinds: only integers: bigint; I53 and D: double; else
/// numeric.
[[nodiscard]] ColumnType numberType(KindSet kinds) noexcept;
[[nodiscard]] bool isNumber(Kind kind) noexcept;
[[nodiscard]] bool isNumber(ColumnType type) noexcept;

} // namespace millrace::schema
