// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/series_steps.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

namespace millrace::query {

namespace {

std::optional<double> numberIn(const ConstantNode& constant)
{
    if (constant.integer)
        return *constant.integer;
    double value = 0;
    if (!constant.number)
        return std::nullopt;
    const std::string_view text = *constant.number;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

bool readInteger(std::string_view& text, int& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc();
}

bool skip(std::string_view& text, char letter)
{
    if (!text.starts_with(letter))
        return false;
    text.remove_prefix(1);
    return true;
}

/// Days since 1970 of "2024-01-31" and a time that may follow; no BC and no names.
std::optional<double> dayIn(const ConstantNode& constant)
{
    using namespace std::chrono;
    constexpr std::size_t textMax = 40;
    std::string_view text = constant.text.value_or("");
    int year = 0;
    int month = 0;
    int day = 0;
    if (text.size() > textMax || !readInteger(text, year) || !skip(text, '-') ||
        !readInteger(text, month) || !skip(text, '-') || !readInteger(text, day) || year < 1 ||
        year > 9'999 || text.find_first_not_of("0123456789:.+- TZ") != std::string_view::npos)
        return std::nullopt;
    const year_month_day date(std::chrono::year(year),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok())
        return std::nullopt;
    return static_cast<double>(sys_days(date).time_since_epoch().count());
}

/// Days of "15 minutes" or "1 day", at the least.
std::optional<double> stepIn(const ConstantNode& constant)
{
    constexpr std::pair<std::string_view, double> units[] = {
        {"second", 1.0 / 86'400},
        {"minute", 1.0 / 1'440},
        {"hour", 1.0 / 24},
        {"day", 1},
        {"week", 7},
        {"month", 28},
        {"year", 365},
    };
    std::string_view text = constant.text.value_or("");
    int count = 0;
    if (!readInteger(text, count) || count <= 0 || !skip(text, ' '))
        return std::nullopt;
    if (text.ends_with('s'))
        text.remove_suffix(1);
    for (const auto& [name, days] : units)
        if (text == name)
            return count * days;
    return std::nullopt;
}

std::optional<std::int64_t> stepsOf(std::optional<double> from, std::optional<double> to,
                                    std::optional<double> step)
{
    constexpr double most = 1e15;
    if (!from || !to || !step || !std::isfinite(*from) || !std::isfinite(*to) || *step == 0)
        return std::nullopt;
    const double steps = std::abs((*to - *from) / *step) + 2;
    return steps < most ? std::optional(static_cast<std::int64_t>(steps)) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> seriesSteps(const std::vector<std::optional<ConstantNode>>& bounds)
{
    for (const auto& bound : bounds)
        if (!bound)
            return std::nullopt;
    if (bounds.size() < 2)
        return std::nullopt;
    const auto from = numberIn(*bounds[0]);
    if (from)
        return stepsOf(from, numberIn(*bounds[1]),
                       bounds.size() > 2 ? numberIn(*bounds[2]) : std::optional(1.0));
    if (bounds.size() < 3)
        return std::nullopt;
    return stepsOf(dayIn(*bounds[0]), dayIn(*bounds[1]), stepIn(*bounds[2]));
}

} // namespace millrace::query
