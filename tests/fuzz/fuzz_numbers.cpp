// SPDX-License-Identifier: GPL-3.0-or-later
// Text → number and timestamp. The oracle: integers print back, doubles print back to the same
// decimal value, what is called a Number fits its digits, and timestamps agree with timegm().

#include "core/record/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

using namespace millrace;

namespace {

constexpr int digitsMax = 1'000;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A decimal value in one way of writing: sign, digits without zeros at either end, and the power
/// of ten of the last digit.
struct Decimal
{
    bool negative = false;
    std::string digits;
    long long power = 0;

    bool operator==(const Decimal&) const = default;
};

Decimal decimalOf(std::string_view literal)
{
    Decimal value;
    const auto exponentAt = std::min(literal.find_first_of("eE"), literal.size());
    bool inFraction = false;
    for (const char c : literal.substr(0, exponentAt)) {
        value.negative = value.negative || c == '-';
        inFraction = inFraction || c == '.';
        if (c < '0' || c > '9')
            continue;
        value.digits += c;
        value.power -= inFraction ? 1 : 0;
    }
    while (!value.digits.empty() && value.digits.back() == '0') {
        value.digits.pop_back();
        ++value.power;
    }
    value.digits.erase(0, std::min(value.digits.find_first_not_of('0'), value.digits.size()));
    if (value.digits.empty())
        return {}; // whose exponent may be anything
    if (exponentAt < literal.size())
        value.power += std::atoll(std::string(literal.substr(exponentAt + 1)).c_str());
    return value;
}

void checkNumber(std::string_view text)
{
    const record::NumberToken token = record::readNumber(text, digitsMax);
    require(token.length <= text.size());
    if (token.status == record::NumberToken::Status::BadGrammar)
        return;
    const std::string_view literal = text.substr(0, token.length);
    require(!literal.empty() && literal.find_first_not_of("+-.0123456789eE") == literal.npos);
    if (token.status == record::NumberToken::Status::OutOfRange)
        return;
    const Decimal value = decimalOf(literal);
    if (token.kind == schema::Kind::Int53 || token.kind == schema::Kind::Int64) {
        require(decimalOf(std::to_string(token.integer)) == value);
    } else if (token.kind == schema::Kind::Double) {
        std::array<char, 64> printed{};
        const auto end = std::to_chars(printed.data(), printed.data() + printed.size(),
                                       record::toDouble(literal), std::chars_format::scientific);
        const auto size = static_cast<std::size_t>(end.ptr - printed.data());
        require(decimalOf({printed.data(), size}) == value);
    } else {
        require(token.kind == schema::Kind::Number && value.digits.size() <= digitsMax);
    }
}

void checkTimestamp(std::string_view text)
{
    const auto micros = record::toTimestamp(text);
    if (!micros)
        return;
    std::tm time{};
    int zoneHours = 0;
    int zoneMinutes = 0;
    const std::string terminated(text);
    require(std::sscanf(terminated.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &time.tm_year, &time.tm_mon,
                        &time.tm_mday, &time.tm_hour, &time.tm_min, &time.tm_sec) == 6);
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    const bool utc = text.back() == 'Z';
    const char* const zone = terminated.c_str() + terminated.size() - 6;
    require(utc || std::sscanf(zone + 1, "%2d:%2d", &zoneHours, &zoneMinutes) == 2);
    const long long east = (zoneHours * 60LL + zoneMinutes) * 60 * (!utc && *zone == '-' ? -1 : 1);
    const long long seconds = ::timegm(&time) - east - 946'684'800LL;
    const long long rest = *micros - seconds * 1'000'000;
    require(rest >= 0 && rest < 1'000'000 && (rest == 0 || text[19] == '.'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // a block of exactly this size, so that a byte too far is seen
    const auto block = std::make_unique<char[]>(size);
    std::copy_n(data, size, block.get());
    const std::string_view text(block.get(), size);
    checkNumber(text);
    checkTimestamp(text);
    return 0;
}
