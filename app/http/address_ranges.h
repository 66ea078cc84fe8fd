// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// A set of numeric addresses, as "10.0.0.0/8, 192.0.2.7, fd00::/8" writes it. An IPv4 address is
/// the same in its IPv6 form.
class AddressRanges
{
public:
    /// Nothing: a part of the text is neither address nor address/bits.
    static std::optional<AddressRanges> parse(std::string_view text);

    [[nodiscard]] bool contains(std::string_view address) const;
    [[nodiscard]] bool isEmpty() const noexcept { return m_ranges.empty(); }

private:
    struct Range
    {
        std::array<std::uint8_t, 16> address;
        unsigned bits;
    };
    std::vector<Range> m_ranges;
};

/// "192.0.2.7", "192.0.2.7:80", "[fd00::1]:80" or "fd00::1" without brackets and port; nothing: it
/// is no numeric address.
[[nodiscard]] std::optional<std::string> addressOf(std::string_view text);

} // namespace millrace::http
