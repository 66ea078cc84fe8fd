// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/numbers.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace millrace::record {

namespace {

constexpr int exponentMax = 1'000'000'000; ///< larger ones are read as this: far out of range
constexpr int numericScaleMax = 16'383;    ///< PostgreSQL's, whatever the digits allowed
constexpr int doubleDigitsMax = 15;        ///< DBL_DIG: so many decimal digits survive a double

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The parts of a literal of correct grammar.
struct Parts
{
    bool negative = false;
    bool isInteger = true;
    std::string_view whole;
    std::string_view fraction;
    int exponent = 0;
    std::size_t length = 0; ///< 0: not a number
};

std::string_view digitsAt(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    return text.substr(at, end - at);
}

int exponentOf(std::string_view digits, bool negative)
{
    int value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit - '0');
        if (value >= exponentMax / 10) {
            value = exponentMax;
            break;
        }
    }
    return negative ? -value : value;
}

Parts split(std::string_view text)
{
    const auto at = [&](std::size_t index) { return index < text.size() ? text[index] : '\0'; };
    Parts parts;
    std::size_t end = 0;
    parts.negative = at(0) == '-';
    end += parts.negative ? 1 : 0;
    parts.whole = at(end) == '0' ? text.substr(end, 1) : digitsAt(text, end);
    if (parts.whole.empty())
        return {};
    end += parts.whole.size();
    if (at(end) == '.') {
        parts.isInteger = false;
        parts.fraction = digitsAt(text, end + 1);
        if (parts.fraction.empty())
            return {};
        end += 1 + parts.fraction.size();
    }
    if (at(end) == 'e' || at(end) == 'E') {
        parts.isInteger = false;
        ++end;
        const bool negative = at(end) == '-';
        end += negative || at(end) == '+' ? 1 : 0;
        const std::string_view digits = digitsAt(text, end);
        if (digits.empty())
            return {};
        parts.exponent = exponentOf(digits, negative);
        end += digits.size();
    }
    parts.length = end;
    return parts;
}

/// A decimal value as digits * 10^power, without leading zeros; no digits: zero.
struct Decimal
{
    std::size_t digits = 0;
    std::int64_t power = 0;
};

Decimal decimalOf(const Parts& parts)
{
    std::size_t zeros = parts.whole == "0" ? 1 : 0;
    if (zeros == 1) {
        const auto first = parts.fraction.find_first_not_of('0');
        zeros += first == std::string_view::npos ? parts.fraction.size() : first;
    }
    return {parts.whole.size() + parts.fraction.size() - zeros,
            static_cast<std::int64_t>(parts.exponent) -
                static_cast<std::int64_t>(parts.fraction.size())};
}

/// Shortest digits that read back as the same double are the literal's own, zeros aside. Only near
/// the ends of the range of double can 15 digits get lost.
bool printsBack(std::string_view literal, const Parts& parts)
{
    double value = 0;
    const auto read = std::from_chars(literal.data(), literal.data() + literal.size(), value);
    if (read.ec != std::errc{} || !std::isfinite(value))
        return false;
    std::array<char, 64> printed{};
    const auto end = std::to_chars(printed.data(), printed.data() + printed.size(), value,
                                   std::chars_format::scientific);
    const Parts back = split({printed.data(), static_cast<std::size_t>(end.ptr - printed.data())});
    const auto significant = [](const Parts& of) {
        std::string digits = std::string(of.whole) + std::string(of.fraction);
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
        const Decimal decimal = decimalOf(of);
        const auto kept = digits.find_last_not_of('0') + 1;
        const auto power = decimal.power + static_cast<std::int64_t>(digits.size() - kept);
        digits.resize(kept);
        return std::pair(digits, power);
    };
    return significant(parts) == significant(back);
}

bool isDouble(std::string_view literal, const Parts& parts, const Decimal& decimal)
{
    if (decimal.digits == 0)
        return true;
    if (decimal.digits > doubleDigitsMax)
        return false;
    const std::int64_t magnitude = decimal.power + static_cast<std::int64_t>(decimal.digits);
    if (magnitude > -290 && magnitude < 300)
        return true;
    return printsBack(literal, parts);
}

bool isWrittenWithin(const Decimal& decimal, int digitsMax)
{
    const auto digits = static_cast<std::int64_t>(decimal.digits);
    const std::int64_t before = std::max<std::int64_t>(digits + decimal.power, 1);
    const std::int64_t after = std::max<std::int64_t>(-decimal.power, 0);
    return before + after <= digitsMax && after <= numericScaleMax;
}

/// Reads digits at fixed places; remembers whether anything was not as it must be.
class FixedDigits
{
public:
    explicit FixedDigits(std::string_view text)
        : m_text(text)
    {
    }

    int two(std::size_t at, int highest)
    {
        const unsigned tens = digit(at);
        const unsigned ones = digit(at + 1);
        const int value = static_cast<int>(tens * 10 + ones);
        m_bad |= tens > 9 || ones > 9 || value > highest;
        return value;
    }
    void expect(std::size_t at, char c) { m_bad |= m_text[at] != c; }
    [[nodiscard]] bool good() const { return !m_bad; }

private:
    [[nodiscard]] unsigned digit(std::size_t at) const
    {
        return static_cast<unsigned char>(m_text[at] - '0');
    }

    std::string_view m_text;
    bool m_bad = false;
};

/// Microseconds after the second; `rest` is cut to what follows the fraction.
std::optional<std::int64_t> microsecondsOf(std::string_view& rest)
{
    if (rest.empty() || rest[0] != '.')
        return 0;
    std::int64_t micros = 0;
    std::size_t at = 1;
    for (; at < rest.size() && isDigit(rest[at]); ++at)
        micros = micros * 10 + (rest[at] - '0');
    if (at == 1 || at > 7)
        return std::nullopt;
    rest.remove_prefix(at);
    for (; at < 7; ++at)
        micros *= 10;
    return micros;
}

std::optional<int> zoneSeconds(std::string_view zone)
{
    if (zone == "Z")
        return 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
        return std::nullopt;
    FixedDigits digits(zone);
    const int seconds = digits.two(1, 23) * 3600 + digits.two(4, 59) * 60;
    if (!digits.good())
        return std::nullopt;
    return zone[0] == '-' ? -seconds : seconds;
}

} // namespace

NumberToken readNumber(std::string_view text, int digitsMax) noexcept
{
    NumberToken token;
    const Parts parts = split(text);
    if (parts.length == 0)
        return token;
    token.length = parts.length;
    token.status = NumberToken::Status::Ok;
    const std::string_view literal = text.substr(0, parts.length);
    if (parts.isInteger) {
        const auto read =
            std::from_chars(literal.data(), literal.data() + literal.size(), token.integer);
        if (read.ec == std::errc{}) {
            constexpr std::int64_t limit = std::int64_t{1} << 53;
            const bool small = token.integer >= -limit && token.integer <= limit;
            token.kind = small ? schema::Kind::Int53 : schema::Kind::Int64;
            return token;
        }
    }
    const Decimal decimal = decimalOf(parts);
    token.kind = schema::Kind::Number;
    if (!parts.isInteger && isDouble(literal, parts, decimal))
        token.kind = schema::Kind::Double;
    else if (!isWrittenWithin(decimal, digitsMax))
        token.status = NumberToken::Status::OutOfRange;
    return token;
}

double toDouble(std::string_view literal) noexcept
{
    double value = 0;
    std::from_chars(literal.data(), literal.data() + literal.size(), value);
    return value;
}

std::optional<std::int64_t> toTimestamp(std::string_view text) noexcept
{
    using namespace std::chrono;
    if (text.size() < 20 || text.size() > 32 || text[4] != '-' || text[10] != 'T')
        return std::nullopt;
    FixedDigits digits(text);
    digits.expect(7, '-');
    digits.expect(13, ':');
    digits.expect(16, ':');
    const int yearNumber = digits.two(0, 99) * 100 + digits.two(2, 99);
    const int monthNumber = digits.two(5, 12);
    const int dayNumber = digits.two(8, 31);
    const int secondOfDay =
        digits.two(11, 23) * 3600 + digits.two(14, 59) * 60 + digits.two(17, 59);
    const year_month_day date{year{yearNumber} / monthNumber / dayNumber};
    if (!digits.good() || yearNumber < 1 || !date.ok())
        return std::nullopt;
    std::string_view rest = text.substr(19);
    const auto micros = microsecondsOf(rest);
    const auto zone = zoneSeconds(rest);
    if (!micros || !zone)
        return std::nullopt;
    const auto epoch = sys_days{year{2000} / 1 / 1};
    const std::int64_t days = (sys_days{date} - epoch).count();
    const std::int64_t seconds = days * 86'400 + secondOfDay - *zone;
    return seconds * 1'000'000 + *micros;
}

} // namespace millrace::record
