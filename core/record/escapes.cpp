// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/escapes.h"

#include <optional>

namespace millrace::record {

namespace {

constexpr std::size_t shortLength = 2; ///< \n
constexpr std::size_t longLength = 6;  ///< \u000a

std::optional<char> shortEscape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return std::nullopt;
    }
}

/// The code unit of a \uXXXX at the beginning of `text`.
std::optional<std::uint32_t> codeUnit(std::string_view text)
{
    if (text.size() < longLength || text[0] != '\\' || text[1] != 'u')
        return std::nullopt;
    std::uint32_t unit = 0;
    for (const char c : text.substr(2, 4)) {
        unit <<= 4;
        if (c >= '0' && c <= '9')
            unit += static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit += static_cast<std::uint32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            unit += static_cast<std::uint32_t>(c - 'A' + 10);
        else
            return std::nullopt;
    }
    return unit;
}

void appendUtf8(std::string& out, std::uint32_t point)
{
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0 | (point >> 6));
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | (point >> 12));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | (point >> 18));
        byte(0x80 | ((point >> 12) & 0x3f));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

struct LongEscape
{
    EscapeResult::Status status = EscapeResult::Status::Ok;
    std::uint32_t point = 0;
    std::size_t length = longLength;
};

LongEscape longEscape(std::string_view text)
{
    using Status = EscapeResult::Status;
    const auto unit = codeUnit(text);
    if (!unit)
        return {Status::Malformed};
    if (*unit == 0 || (*unit >= 0xdc00 && *unit <= 0xdfff))
        return {Status::Unrepresentable};
    if (*unit < 0xd800 || *unit > 0xdfff)
        return {Status::Ok, *unit};
    const auto low = codeUnit(text.substr(longLength));
    if (!low || *low < 0xdc00 || *low > 0xdfff)
        return {Status::Unrepresentable};
    return {Status::Ok, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00), 2 * longLength};
}

} // namespace

EscapeResult unescape(std::string_view raw, std::string* out)
{
    std::size_t at = 0;
    EscapeResult unrepresentable; // a malformed escape further on outranks it
    while (at < raw.size()) {
        const std::size_t escape = std::min(raw.find('\\', at), raw.size());
        if (out != nullptr)
            out->append(raw.substr(at, escape - at));
        if (escape == raw.size())
            break;
        const std::string_view rest = raw.substr(escape);
        if (rest.size() >= shortLength && rest[1] == 'u') {
            const LongEscape found = longEscape(rest);
            if (found.status == EscapeResult::Status::Malformed)
                return {found.status, escape};
            if (found.status == EscapeResult::Status::Ok && out != nullptr)
                appendUtf8(*out, found.point);
            if (found.status != EscapeResult::Status::Ok &&
                unrepresentable.status == EscapeResult::Status::Ok)
                unrepresentable = {found.status, escape};
            at = escape + found.length;
            continue;
        }
        const auto letter = rest.size() < shortLength ? std::nullopt : shortEscape(rest[1]);
        if (!letter)
            return {EscapeResult::Status::Malformed, escape};
        if (out != nullptr)
            *out += *letter;
        at = escape + shortLength;
    }
    return unrepresentable;
}

} // namespace millrace::record
