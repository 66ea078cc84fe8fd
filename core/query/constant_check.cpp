// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/constant_check.h"

#include "core/base/text.h"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>

namespace millrace::query {

namespace {

using schema::ColumnType;

constexpr int exponentMax = 1'000; ///< far inside what numeric can hold

std::size_t digitsAt(std::string_view text, std::size_t from) noexcept
{
    std::size_t end = from;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9')
        ++end;
    return end - from;
}

/// Takes exactly `count` digits off the front.
std::optional<int> takeNumber(std::string_view& text, std::size_t count)
{
    if (text.size() < count || digitsAt(text.substr(0, count), 0) != count)
        return std::nullopt;
    int number = 0;
    std::from_chars(text.data(), text.data() + count, number);
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char wanted) noexcept
{
    if (!text.starts_with(wanted))
        return false;
    text.remove_prefix(1);
    return true;
}

bool takeDate(std::string_view& text)
{
    const auto year = takeNumber(text, 4);
    if (!year || *year == 0 || !take(text, '-'))
        return false;
    const auto month = takeNumber(text, 2);
    if (!month || !take(text, '-'))
        return false;
    const auto day = takeNumber(text, 2);
    return day && std::chrono::year_month_day(std::chrono::year(*year),
                                              std::chrono::month(static_cast<unsigned>(*month)),
                                              std::chrono::day(static_cast<unsigned>(*day)))
                      .ok();
}

/// hh:mm[:ss[.ffffff]]
bool takeClock(std::string_view& text)
{
    constexpr std::size_t fractionMax = 6;
    const auto hour = takeNumber(text, 2);
    if (!hour || *hour > 23 || !take(text, ':'))
        return false;
    const auto minute = takeNumber(text, 2);
    if (!minute || *minute > 59)
        return false;
    if (!take(text, ':'))
        return true;
    const auto second = takeNumber(text, 2);
    if (!second || *second > 59)
        return false;
    if (!take(text, '.'))
        return true;
    const std::size_t fraction = digitsAt(text, 0);
    text.remove_prefix(fraction);
    return fraction > 0 && fraction <= fractionMax;
}

/// Nothing, Z, or ±hh[[:]mm].
bool isOffset(std::string_view text)
{
    constexpr int hoursMax = 15;
    if (text.empty() || text == "Z" || text == "z")
        return true;
    if (!take(text, '+') && !take(text, '-'))
        return false;
    const auto hours = takeNumber(text, 2);
    if (!hours || *hours > hoursMax)
        return false;
    if (text.empty())
        return true;
    take(text, ':');
    const auto minutes = takeNumber(text, 2);
    return minutes && *minutes <= 59 && text.empty();
}

bool isMoment(std::string_view text)
{
    if (text == "infinity" || text == "-infinity")
        return true;
    if (!takeDate(text))
        return false;
    if (text.empty())
        return true;
    return (take(text, 'T') || take(text, 't') || take(text, ' ')) && takeClock(text) &&
           isOffset(text);
}

bool isBigInt(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool isSpecial(std::string_view text)
{
    return text == "NaN" || text == "Infinity" || text == "-Infinity";
}

bool isDecimal(std::string_view text)
{
    if (isSpecial(text))
        return true;
    const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
    if (!isPlainDecimal(text.substr(0, mark)))
        return false;
    if (mark == text.size())
        return true;
    std::string_view digits = text.substr(mark + 1);
    take(digits, '+');
    int exponent = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    return error == std::errc() && end == digits.data() + digits.size() &&
           std::abs(exponent) <= exponentMax;
}

bool isDouble(std::string_view text)
{
    if (!isDecimal(text))
        return false;
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return isSpecial(text) || read.ec == std::errc();
}

} // namespace

bool isPlainDecimal(std::string_view text) noexcept
{
    take(text, '-');
    const std::size_t whole = digitsAt(text, 0);
    if (whole == 0)
        return false;
    text.remove_prefix(whole);
    if (text.empty())
        return true;
    return take(text, '.') && !text.empty() && digitsAt(text, 0) == text.size();
}

std::string constantFault(std::string_view text, ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return text == "true" || text == "false" ? "" : "is neither true nor false";
    case ColumnType::BigInt:
        return isBigInt(text) ? "" : "is not an integer of 64 bits";
    case ColumnType::Double:
        return isDouble(text) ? "" : "is not a number that a double holds";
    case ColumnType::Numeric:
        return isDecimal(text) ? "" : "is not a number";
    case ColumnType::Timestamp:
        return isMoment(text) ? "" : "is not a time like 2024-01-31T10:00:00Z";
    case ColumnType::Text:
        return isUtf8(text) && text.find('\0') == std::string_view::npos
                   ? ""
                   : "is not UTF-8 text without U+0000";
    case ColumnType::Json:
        break;
    }
    return "cannot be compared with jsonb; ask is_null or is_not_null";
}

} // namespace millrace::query
