// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/column_type.h"

#include <string>
#include <string_view>

namespace millrace::query {

/// What is wrong with a constant that is to be read as this type; empty: PostgreSQL takes it, and
/// always as the same value ('today' is refused). The rest of a sentence about the constant.
///
/// bigint: digits within 64 bits. numeric, double: a decimal, with exponent too, NaN, Infinity.
/// timestamptz: a date, or RFC 3339 with T or a blank between; without an offset it is UTC.
/// boolean: true or false. text: UTF-8 without U+0000. jsonb cannot be compared.
[[nodiscard]] std::string constantFault(std::string_view text, schema::ColumnType type);

/// A decimal without exponent, NaN and Infinity: "-12.50".
[[nodiscard]] bool isPlainDecimal(std::string_view text) noexcept;

} // namespace millrace::query
