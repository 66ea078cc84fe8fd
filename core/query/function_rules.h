// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace millrace::query {

enum class FunctionTrait : std::uint8_t {
    Plain,
    Grows,    ///< its answer is longer than any argument
    Volatile, ///< the time, or chance
    Pattern,  ///< argument 2 is a regular expression: a constant of bounded length
    Format,   ///< argument 2 is a format: a constant of bounded length
    Part,     ///< arguments after the first are numbers, or constants of bounded length
    Escape,   ///< argument 1 is a constant of bounded length
    Pads,     ///< argument 2 is a length: a constant of at most padMax
    Power,    ///< argument 2 is a constant exponent of at most exponentMax, never nested
    Replace,  ///< argument 3 is a constant of bounded length
    Search,   ///< looks for what stands behind its first argument: short texts
    Rows,     ///< gives rows no more than its argument holds
    Series,   ///< generate_series: in FROM, constant bounds
};

inline constexpr int constantBytesMax = 100; ///< of patterns, formats, replacements
inline constexpr int padMax = 1'000;
inline constexpr int exponentMax = 64;
inline constexpr std::int64_t seriesStepsMax = 100'000;

/// A function that people may call, with how many arguments.
struct FunctionRule
{
    std::string_view name;
    int argumentsMin;
    int argumentsMax;
    FunctionTrait trait = FunctionTrait::Plain;
};
[[nodiscard]] std::span<const FunctionRule> functionRules() noexcept; ///< sorted by name
[[nodiscard]] const FunctionRule* functionRule(std::string_view name) noexcept;
[[nodiscard]] std::string_view nearestFunction(std::string_view name);

[[nodiscard]] bool isOperator(std::string_view name) noexcept;
/// As the parser spells it: "int8", "timestamptz".
[[nodiscard]] bool isScalarType(std::string_view name) noexcept;
[[nodiscard]] bool isCollation(std::string_view name) noexcept;

} // namespace millrace::query
