// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::tests {

using CopyRow = std::vector<std::optional<std::string>>;

/// A binary COPY stream taken apart again, written without a look at the encoder: header, rows,
/// trailer. Nothing when it is malformed in any way.
std::optional<std::vector<CopyRow>> readCopy(std::string_view bytes);

std::int64_t bigNumber(std::string_view field); ///< two's complement of 1 to 8 bytes
double bigDouble(std::string_view field);
/// Decimal text of a binary numeric as PostgreSQL prints it; "malformed" when it is.
std::string numericText(std::string_view field);

} // namespace millrace::tests
