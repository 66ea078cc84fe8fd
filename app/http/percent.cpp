// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/percent.h"

#include "core/base/text.h"

#include <charconv>

namespace millrace::http {

std::optional<std::string> percentDecoded(std::string_view text)
{
    constexpr std::size_t escapeLength = 3;
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const std::string_view digits = text.substr(at, escapeLength);
        unsigned byte = 0;
        const auto read =
            std::from_chars(digits.data() + 1, digits.data() + digits.size(), byte, 16);
        if (digits.size() != escapeLength || read.ptr != digits.data() + escapeLength)
            return std::nullopt;
        decoded += static_cast<char>(byte);
        at += escapeLength - 1;
    }
    if (!isUtf8(decoded) || decoded.find('\0') != std::string::npos)
        return std::nullopt;
    return decoded;
}

std::optional<std::vector<std::string>> pathSegments(std::string_view path)
{
    if (!path.starts_with('/'))
        return std::nullopt;
    path.remove_prefix(1);
    std::vector<std::string> segments;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        auto segment = percentDecoded(path.substr(0, end));
        if (!segment || segment->empty() || *segment == "." || *segment == "..")
            return std::nullopt;
        segments.push_back(std::move(*segment));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

} // namespace millrace::http
