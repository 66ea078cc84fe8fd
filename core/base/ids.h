// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace millrace {

/// A number that cannot be passed for another kind of number.
template<class Tag, class Rep>
struct StrongNumber
{
    using value_type = Rep;
    Rep value{};

    constexpr StrongNumber() = default;
    constexpr explicit StrongNumber(Rep number)
        : value(number)
    {
    }
    constexpr auto operator<=>(const StrongNumber&) const = default;
};

using Offset = StrongNumber<struct OffsetTag, std::int64_t>;
using PartitionId = StrongNumber<struct PartitionTag, std::int32_t>;
using Generation = StrongNumber<struct GenerationTag, std::int32_t>; ///< from 1, highest is current
using Oid = StrongNumber<struct OidTag, std::uint32_t>;              ///< of a PostgreSQL relation

} // namespace millrace

template<class Tag, class Rep>
struct std::hash<millrace::StrongNumber<Tag, Rep>>
{
    std::size_t operator()(const millrace::StrongNumber<Tag, Rep>& number) const noexcept
    {
        return std::hash<Rep>{}(number.value);
    }
};
