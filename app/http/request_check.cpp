// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/request_check.h"

#include <algorithm>
#include <functional>

namespace millrace::http {

namespace {

constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
constexpr char lastControl = '\x1f';
constexpr char deleteControl = '\x7f';

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool isControl(char letter)
{
    return (letter >= 0 && letter <= lastControl) || letter == deleteControl;
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool isNumber(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, isDigit);
}

long count(const std::vector<RawHeader>& headers, std::string_view name)
{
    return std::ranges::count_if(
        headers, [name](const RawHeader& header) { return isSameHeader(header.name, name); });
}

} // namespace

bool isToken(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char letter) {
        const char small = lower(letter);
        return isDigit(letter) || (small >= 'a' && small <= 'z') ||
               marks.find(letter) != std::string_view::npos;
    });
}

bool isSameHeader(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool isTarget(std::string_view text)
{
    return text.starts_with('/') && std::ranges::none_of(text, [](char letter) {
               return isControl(letter) || letter == ' ' || letter == '#';
           });
}

bool isAllTold(std::string_view bytes, const std::vector<std::string_view>& pieces)
{
    constexpr std::string_view between{"\0\r\n\t :", 6};
    const std::less<> isBefore;
    for (const std::string_view piece : pieces) {
        if (isBefore(piece.data(), bytes.data()) ||
            isBefore(bytes.data() + bytes.size(), piece.data() + piece.size()))
            return false;
        const auto at = static_cast<std::size_t>(piece.data() - bytes.data());
        if (bytes.substr(0, at).find_first_not_of(between) != std::string_view::npos)
            return false;
        bytes.remove_prefix(at + piece.size());
    }
    return bytes.find_first_not_of(between) == std::string_view::npos;
}

std::optional<std::string_view> faultOf(const std::vector<RawHeader>& headers)
{
    for (const RawHeader& header : headers) {
        if (!isToken(header.name))
            return "the name of a header is letters, digits and a few marks";
        if (std::ranges::any_of(header.value,
                                [](char letter) { return isControl(letter) && letter != '\t'; }))
            return "there are no control characters in a header";
        if (isSameHeader(header.name, "content-length") && !isNumber(header.value))
            return "Content-Length is a number";
    }
    const long lengths = count(headers, "content-length");
    if (count(headers, "host") > 1 || lengths > 1)
        return "one Host and one Content-Length, not several";
    if (lengths > 0 && count(headers, "transfer-encoding") > 0)
        return "Content-Length or Transfer-Encoding, not both";
    return std::nullopt;
}

} // namespace millrace::http
