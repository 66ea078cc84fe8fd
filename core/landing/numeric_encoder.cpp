// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/numeric_encoder.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace::landing {

namespace {

constexpr int digitsPerGroup = 4; // base 10,000
constexpr std::uint16_t negativeSign = 0x4000;

/// A JSON number taken apart: its digits without the point, from the first that is not zero to the
/// last.
struct Literal
{
    const char* digits = nullptr; ///< of the integer part; the fraction follows after one character
    int wholeDigits = 0;
    int begin = 0; ///< first significant digit
    int end = 0;   ///< one past the last
    int point = 0; ///< digits before the decimal point once the exponent is applied
    int scale = 0; ///< digits after it that the literal shows
    bool negative = false;

    [[nodiscard]] int digit(int index) const
    {
        if (index < begin || index >= end)
            return 0;
        return digits[index < wholeDigits ? index : index + 1] - '0';
    }
};

int digitRun(const char* from, const char* to)
{
    const char* at = from;
    while (at != to && *at >= '0' && *at <= '9')
        ++at;
    return static_cast<int>(at - from);
}

Literal takeApart(std::string_view text)
{
    Literal number;
    const char* at = text.data();
    const char* const to = at + text.size();
    number.negative = at != to && *at == '-';
    at += number.negative ? 1 : 0;
    number.digits = at;
    number.wholeDigits = digitRun(at, to);
    at += number.wholeDigits;
    int fraction = 0;
    if (at != to && *at == '.') {
        fraction = digitRun(at + 1, to);
        at += fraction + 1;
    }
    int exponent = 0;
    if (at != to) {
        at += at + 1 != to && at[1] == '+' ? 2 : 1;
        std::from_chars(at, to, exponent);
    }
    number.end = number.wholeDigits + fraction;
    number.point = number.wholeDigits + exponent;
    number.scale = std::max(0, fraction - exponent);
    while (number.begin < number.end && number.digit(number.begin) == 0)
        ++number.begin;
    while (number.end > number.begin && number.digit(number.end - 1) == 0)
        --number.end;
    return number;
}

int floorDivide(int number, int by)
{
    return number >= 0 ? number / by : -((-number + by - 1) / by);
}

void putFrame(CopyBuffer& out, int groups, int weight, bool negative, int scale)
{
    out.put32(8 + 2 * groups);
    out.put16(static_cast<std::int16_t>(groups));
    out.put16(static_cast<std::int16_t>(weight));
    out.put16(static_cast<std::int16_t>(negative ? negativeSign : 0));
    out.put16(static_cast<std::int16_t>(scale));
}

} // namespace

void putNumeric(CopyBuffer& out, std::string_view literal)
{
    const Literal number = takeApart(literal);
    if (number.begin == number.end) {
        putFrame(out, 0, 0, false, number.scale);
        return;
    }
    const int significant = number.point - number.begin; // digits before the point
    const int weight = floorDivide(significant - 1, digitsPerGroup);
    const int inFirst = significant - weight * digitsPerGroup; // 1 to 4
    const int rest = number.end - number.begin - inFirst;
    const int groups = 1 + std::max(0, (rest + digitsPerGroup - 1) / digitsPerGroup);
    putFrame(out, groups, weight, number.negative, number.scale);
    char* to = out.room(static_cast<std::size_t>(groups) * 2);
    int index = number.begin + inFirst - digitsPerGroup;
    for (int group = 0; group < groups; ++group) {
        int value = 0;
        for (int i = 0; i < digitsPerGroup; ++i)
            value = value * 10 + number.digit(index++);
        CopyBuffer::storeBig(to, static_cast<std::uint16_t>(value));
        to += 2;
    }
    out.take(static_cast<std::size_t>(groups) * 2);
}

void putNumeric(CopyBuffer& out, std::int64_t integer)
{
    std::array<std::uint16_t, 5> groups{}; // least significant first
    const bool negative = integer < 0;
    auto rest = static_cast<std::uint64_t>(integer);
    rest = negative ? 0 - rest : rest;
    int count = 0;
    for (; rest != 0; rest /= 10'000)
        groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(rest % 10'000);
    int zeros = 0;
    while (zeros < count && groups[static_cast<std::size_t>(zeros)] == 0)
        ++zeros;
    putFrame(out, count - zeros, std::max(0, count - 1), negative, 0);
    for (int i = count - 1; i >= zeros; --i)
        out.put16(static_cast<std::int16_t>(groups[static_cast<std::size_t>(i)]));
}

} // namespace millrace::landing
