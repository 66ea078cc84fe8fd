// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace millrace::http {

/// A header as it came, but for the white space around its value.
struct RawHeader
{
    std::string_view name;
    std::string_view value;
};

/// RFC 9110 §5.6.2: what methods and names of headers are made of.
[[nodiscard]] bool isToken(std::string_view text);

/// Letters of headers' names have no case.
[[nodiscard]] bool isSameHeader(std::string_view a, std::string_view b);

/// A path and perhaps a query, as it stands in the first line: no control, no space, no fragment.
[[nodiscard]] bool isTarget(std::string_view text);

/// Whether all of `bytes` stand in the pieces, in order, but for line ends, white space, colons and
/// zeros between them. A library that ends its texts at a zero byte, or joins folded lines in a
/// copy, tells of less than came.
[[nodiscard]] bool isAllTold(std::string_view bytes, const std::vector<std::string_view>& pieces);

/// What another server might read otherwise than this one, in a sentence; nothing: all agree. Names
/// that are no tokens, controls in values, Host or Content-Length twice, a length that is no
/// number, a length beside Transfer-Encoding (RFC 9112 §3.2, §5, §6.3).
[[nodiscard]] std::optional<std::string_view> faultOf(const std::vector<RawHeader>& headers);

} // namespace millrace::http
