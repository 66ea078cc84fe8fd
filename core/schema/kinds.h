// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::schema {

/// What a JSON literal is, by the literal alone (never by its neighbours or its column).
enum class Kind : std::uint8_t {
    Bool,      ///< B
    Int53,     ///< I53: integer literal, |n| <= 2^53
    Int64,     ///< I64: any other integer literal inside int64
    Double,    ///< D: has a point or exponent, <= 15 significant digits, a double prints it back
    Number,    ///< N: any other number of at most Limits::numberDigitsMax digits written out
    Timestamp, ///< T: YYYY-MM-DDThh:mm:ss[.1-6 digits](Z|+-hh:mm), a real instant, year 1-9999
    String,    ///< S: any other string
    Json,      ///< J: arrays, objects at the depth limit, and whole messages that are not objects
};
inline constexpr int kindCount = 8;

/// The set of kinds a path has ever shown; bit i is Kind(i). Stored in column_map.kinds.
struct KindSet
{
    std::uint8_t bits = 0;

    constexpr void add(Kind kind) { bits = static_cast<std::uint8_t>(bits | mask(kind)); }
    [[nodiscard]] constexpr bool has(Kind kind) const { return (bits & mask(kind)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits == 0; }
    constexpr bool operator==(const KindSet&) const = default;

    static constexpr std::uint8_t mask(Kind kind)
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
    }
};

/// "bool", "int53", …: for messages and the timeline.
[[nodiscard]] std::string_view kindName(Kind kind) noexcept;

} // namespace millrace::schema
