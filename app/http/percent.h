// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// RFC 3986 §2.1: %XX becomes a byte. Nothing when a % stands alone, or when what comes out is not
/// UTF-8 or holds a zero byte.
[[nodiscard]] std::optional<std::string> percentDecoded(std::string_view text);

/// The parts of a path between its slashes, each decoded alone; one trailing slash adds none.
/// Nothing when the path does not begin with a slash, a part cannot be decoded, is empty, "." or
/// "..".
[[nodiscard]] std::optional<std::vector<std::string>> pathSegments(std::string_view path);

} // namespace millrace::http
