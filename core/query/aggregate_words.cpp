// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace millrace::query {

namespace {

constexpr std::array<Word<FilterOp>, 14> ops{{
    {"=", FilterOp::Equal},
    {"!=", FilterOp::NotEqual},
    {"<>", FilterOp::NotEqual},
    {"<", FilterOp::Less},
    {"<=", FilterOp::LessOrEqual},
    {">", FilterOp::Greater},
    {">=", FilterOp::GreaterOrEqual},
    {"in", FilterOp::In},
    {"not_in", FilterOp::NotIn},
    {"between", FilterOp::Between},
    {"contains", FilterOp::Contains},
    {"starts_with", FilterOp::StartsWith},
    {"is_null", FilterOp::IsNull},
    {"is_not_null", FilterOp::IsNotNull},
}};
constexpr std::array<Word<MeasureKind>, 11> kinds{{
    {"count", MeasureKind::Count},
    {"count_non_null", MeasureKind::CountNonNull},
    {"count_distinct", MeasureKind::CountDistinct},
    {"sum", MeasureKind::Sum},
    {"avg", MeasureKind::Average},
    {"min", MeasureKind::Min},
    {"max", MeasureKind::Max},
    {"stddev", MeasureKind::Deviation},
    {"percentile", MeasureKind::Percentile},
    {"share_true", MeasureKind::ShareTrue},
    {"percent_of_total", MeasureKind::PercentOfTotal},
}};
constexpr std::array<Word<BucketUnit>, 8> units{{
    {"second", BucketUnit::Second},
    {"minute", BucketUnit::Minute},
    {"hour", BucketUnit::Hour},
    {"day", BucketUnit::Day},
    {"week", BucketUnit::Week},
    {"month", BucketUnit::Month},
    {"quarter", BucketUnit::Quarter},
    {"year", BucketUnit::Year},
}};

/// 0.95 → "p95", 0.999 → "p99_9".
std::string percentName(double fraction)
{
    constexpr int digits = 8;
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), fraction * 100,
                                   std::chars_format::general, digits);
    std::string name(text.data(), end.ptr);
    std::replace(name.begin(), name.end(), '.', '_');
    return "p" + name;
}

} // namespace

std::span<const Word<FilterOp>> filterOps() noexcept
{
    return ops;
}

std::span<const Word<MeasureKind>> measureKinds() noexcept
{
    return kinds;
}

std::span<const Word<BucketUnit>> bucketUnits() noexcept
{
    return units;
}

std::string answerName(const Measure& measure, std::string_view column)
{
    if (!measure.as.empty())
        return measure.as;
    std::string name = measure.kind == MeasureKind::Percentile && measure.fraction
                           ? percentName(*measure.fraction)
                           : std::string(wordOf(measureKinds(), measure.kind));
    if (!column.empty())
        name += "_" + std::string(column);
    return name;
}

} // namespace millrace::query
