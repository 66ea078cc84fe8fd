// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace {

/// Whole text is valid UTF-8 (no overlong form, no surrogate, at most U+10FFFF).
[[nodiscard]] bool isUtf8(std::string_view bytes) noexcept;

/// Longest prefix of at most `bytesMax` bytes that does not cut a character.
[[nodiscard]] std::string_view cutUtf8(std::string_view text, std::size_t bytesMax) noexcept;

/// Appends a JSON string with its quotes. Text must be UTF-8; only what RFC 8259 demands is
/// escaped.
void appendJsonString(std::string& out, std::string_view text);

/// RFC 4648 base64 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

/// Printable on one line of any terminal: control characters, DEL, C1, direction overrides,
/// zero-width characters and bytes that are not UTF-8 become \xNN or \u{NNNN}; backslash doubles.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t bytesMax = 2'048);

} // namespace millrace
