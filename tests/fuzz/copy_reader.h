// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::fuzz {

/// Fields of one row of a binary COPY, NULL as nothing.
using CopyRow = std::vector<std::optional<std::string_view>>;

/// All rows of a binary COPY stream with header and trailer; nothing when a byte is wrong.
/// Source: PostgreSQL manual, COPY, "Binary Format".
[[nodiscard]] std::optional<std::vector<CopyRow>> readCopy(std::string_view stream);

/// Big-endian two's complement of 1 to 8 bytes.
[[nodiscard]] long long readInteger(std::string_view field);

/// A decimal number without a form of its own: [-]digits e exponent, no zero at either end of the
/// digits; "0" for every zero. Equal numbers have equal texts.
/// readNumeric: a field in the form of numeric_send; nothing when it is malformed, has a digit
/// beyond its display scale, or is no number. plainDecimal: a JSON number.
[[nodiscard]] std::optional<std::string> readNumeric(std::string_view field);
[[nodiscard]] std::string plainDecimal(std::string_view literal);

} // namespace millrace::fuzz
