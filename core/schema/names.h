// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/table_schema.h"

#include <functional>
#include <string>
#include <string_view>

namespace millrace::schema {

inline constexpr std::size_t nameBytesMax = 63; // NAMEDATALEN - 1

/// The name is taken by somebody else in the same table or schema.
using IsTaken = std::function<bool(std::string_view name)>;

/// Column name of a path; `type` is set for a variant column (`amount__text`).
/// ASCII folds to lower snake case under Naming::Snake, bytes >= 0x80 stay; at most 63 bytes, cut
/// on a character boundary; a stable hash suffix (of the exact path and type) when cut, reserved or
/// taken. Keys are UTF-8 without U+0000 (the decoder guarantees it). Never empty. Injective given
/// isTaken.
[[nodiscard]] std::string columnName(const Path& path, std::optional<ColumnType> variant,
                                     Naming naming, const IsTaken& isTaken);

/// Table name of a topic, by the same rules.
[[nodiscard]] std::string tableName(std::string_view topic, Naming naming, const IsTaken& isTaken);

/// Our eight fixed columns, `_value`, and PostgreSQL's six system columns.
[[nodiscard]] bool isReservedColumn(std::string_view name) noexcept;

} // namespace millrace::schema
