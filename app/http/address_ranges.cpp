// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/address_ranges.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace millrace::http {

namespace {

constexpr unsigned v4PrefixBits = 96;
constexpr unsigned allBits = 128;
constexpr unsigned byteBits = 8;

using Bytes = std::array<std::uint8_t, 16>;

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// IPv4 as ::ffff:a.b.c.d.
std::optional<Bytes> bytesOf(std::string_view text)
{
    const std::string plain(text);
    Bytes bytes{};
    if (::inet_pton(AF_INET6, plain.c_str(), bytes.data()) == 1)
        return bytes;
    bytes[10] = bytes[11] = 0xff;
    if (::inet_pton(AF_INET, plain.c_str(), bytes.data() + v4PrefixBits / byteBits) == 1)
        return bytes;
    return std::nullopt;
}

bool isSame(const Bytes& a, const Bytes& b, unsigned bits)
{
    const std::size_t whole = bits / byteBits;
    const auto rest = static_cast<std::uint8_t>(0xff00U >> (bits % byteBits));
    return std::equal(a.begin(), a.begin() + whole, b.begin()) &&
           (bits % byteBits == 0 || ((a[whole] ^ b[whole]) & rest) == 0);
}

} // namespace

std::optional<AddressRanges> AddressRanges::parse(std::string_view text)
{
    AddressRanges ranges;
    for (bool isLast = trimmed(text).empty(); !isLast;) {
        const auto comma = text.find(',');
        isLast = comma == std::string_view::npos;
        const std::string_view part = trimmed(text.substr(0, comma));
        text.remove_prefix(isLast ? text.size() : comma + 1);
        const auto slash = part.find('/');
        const std::string_view address = part.substr(0, slash);
        const auto bytes = bytesOf(address);
        if (!bytes)
            return std::nullopt;
        const unsigned before = address.find(':') == std::string_view::npos ? v4PrefixBits : 0;
        unsigned bits = allBits - before;
        if (slash != std::string_view::npos) {
            const char* end = part.data() + part.size();
            const auto read = std::from_chars(part.data() + slash + 1, end, bits);
            if (read.ec != std::errc{} || read.ptr != end || bits > allBits - before)
                return std::nullopt;
        }
        ranges.m_ranges.push_back({*bytes, before + bits});
    }
    return ranges;
}

bool AddressRanges::contains(std::string_view address) const
{
    const auto bytes = bytesOf(address);
    return bytes && std::ranges::any_of(m_ranges, [&bytes](const Range& range) {
               return isSame(range.address, *bytes, range.bits);
           });
}

std::optional<std::string> addressOf(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        text = text.substr(1, bracket == std::string_view::npos ? bracket : bracket - 1);
    } else if (std::ranges::count(text, ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    return bytesOf(text) ? std::optional<std::string>(text) : std::nullopt;
}

} // namespace millrace::http
