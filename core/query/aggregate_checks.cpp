// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_checks.h"

#include "core/base/nearest_name.h"
#include "core/base/text.h"
#include "core/query/aggregate_words.h"
#include "core/query/zone_names.h"

#include <algorithm>

namespace millrace::query {

namespace {

using schema::ColumnType;

struct ValueCount
{
    std::size_t least;
    std::size_t most;
};

ValueCount valueCount(FilterOp op, const RequestLimits& limits)
{
    switch (op) {
    case FilterOp::In:
    case FilterOp::NotIn:
        return {1, static_cast<std::size_t>(limits.valuesMax)};
    case FilterOp::Between:
        return {2, 2};
    case FilterOp::IsNull:
    case FilterOp::IsNotNull:
        return {0, 0};
    default:
        return {1, 1};
    }
}

void checkValueCount(FilterOp op, std::size_t count, const std::string& field,
                     const RequestLimits& limits, ProblemList& problems)
{
    const auto [least, most] = valueCount(op, limits);
    if (count >= least && count <= most)
        return;
    const std::string range = least == most ? std::to_string(least)
                                            : std::to_string(least) + " to " + std::to_string(most);
    problems.add({count < least ? "missing" : "limit",
                  shown(wordOf(filterOps(), op)) + " takes " + range + " values, here are " +
                      std::to_string(count),
                  field + ".values"});
}

void checkValues(const std::vector<Constant>& values, ColumnType type, const std::string& field,
                 const RequestLimits& limits, ProblemList& problems)
{
    for (std::size_t i = 0; i < values.size() && i < static_cast<std::size_t>(limits.valuesMax);
         ++i) {
        const std::string own = at(field + ".values", i);
        if (!values[i]) {
            problems.add({"wrong_type",
                          "nothing is equal to null; ask is_null, or set or_null to true", own});
        } else if (values[i]->size() > limits.constantBytesMax) {
            problems.add(
                {"limit",
                 "a constant has at most " + std::to_string(limits.constantBytesMax) + " bytes",
                 own});
        } else if (const std::string fault = constantFault(*values[i], type); !fault.empty()) {
            problems.add({"wrong_type", shown(*values[i]) + " " + fault, own});
        }
    }
}

bool isNullTest(FilterOp op)
{
    return op == FilterOp::IsNull || op == FilterOp::IsNotNull;
}

bool isTextOp(FilterOp op)
{
    return op == FilterOp::Contains || op == FilterOp::StartsWith;
}

void checkBucket(const TimeBucket& bucket, ColumnType type, const std::string& field,
                 ProblemList& problems)
{
    constexpr int daysMax = 366;
    if (type != ColumnType::Timestamp)
        problems.add({"wrong_type", "only a time has buckets; numbers have bins", field});
    if (!isZoneName(bucket.zone))
        problems.add({"unknown_name", "there is no time zone " + shown(bucket.zone),
                      field.substr(0, field.rfind('.')) + ".zone",
                      std::string(nearestName(bucket.zone, zoneNames()))});
    int whole = 1;
    switch (bucket.unit) {
    case BucketUnit::Second:
    case BucketUnit::Minute:
        whole = 60;
        break;
    case BucketUnit::Hour:
        whole = 24;
        break;
    case BucketUnit::Day:
        if (bucket.count < 1 || bucket.count > daysMax)
            problems.add({"limit", "a bucket has 1 to 366 days", field});
        return;
    default:
        break;
    }
    if (bucket.count < 1 || whole % bucket.count != 0)
        problems.add({"limit",
                      "the number of " + std::string(wordOf(bucketUnits(), bucket.unit)) +
                          "s in a bucket divides " + std::to_string(whole),
                      field});
}

void checkBin(const NumericBin& bin, ColumnType type, const std::string& field,
              ProblemList& problems)
{
    constexpr std::size_t digitsMax = 100;
    if (!schema::isNumber(type))
        problems.add({"wrong_type", "only a number has bins; a time has buckets", field});
    if (!isPlainDecimal(bin.width) || bin.width.size() > digitsMax || bin.width.front() == '-' ||
        bin.width.find_first_of("123456789") == std::string::npos)
        problems.add({"wrong_type", "the width of a bin is a decimal above 0", field});
    if (!isPlainDecimal(bin.origin) || bin.origin.size() > digitsMax)
        problems.add({"wrong_type", "the origin of bins is a decimal",
                      field.substr(0, field.rfind('.')) + ".origin"});
}

/// What a column of the wrong type should have been; empty: it fits.
std::string_view wantedType(MeasureKind kind, ColumnType type)
{
    switch (kind) {
    case MeasureKind::Sum:
    case MeasureKind::Average:
    case MeasureKind::Deviation:
    case MeasureKind::Percentile:
    case MeasureKind::PercentOfTotal:
        return schema::isNumber(type) ? "" : "a number";
    case MeasureKind::Min:
    case MeasureKind::Max:
        return type == ColumnType::Bool || type == ColumnType::Json ? "a number, time or text" : "";
    case MeasureKind::ShareTrue:
        return type == ColumnType::Bool ? "" : "a boolean";
    case MeasureKind::Count:
    case MeasureKind::CountNonNull:
    case MeasureKind::CountDistinct:
        break;
    }
    return {};
}

} // namespace

std::string at(std::string_view field, std::size_t index)
{
    return std::string(field) + "[" + std::to_string(index) + "]";
}

std::string shown(std::string_view written)
{
    constexpr std::size_t shownMax = 80;
    return isUtf8(written) ? "\"" + std::string(cutUtf8(written, shownMax)) + "\""
                           : "what is no UTF-8 text";
}

bool canJoin(ColumnType left, ColumnType right) noexcept
{
    const auto isExact = [](ColumnType type) {
        return type == ColumnType::BigInt || type == ColumnType::Numeric;
    };
    return left == right || (isExact(left) && isExact(right));
}

ColumnType measureType(MeasureKind kind, ColumnType column) noexcept
{
    switch (kind) {
    case MeasureKind::Min:
    case MeasureKind::Max:
        return column == ColumnType::BigInt ? ColumnType::Numeric : column;
    case MeasureKind::Percentile:
        return ColumnType::Double;
    case MeasureKind::Sum:
    case MeasureKind::Average:
    case MeasureKind::Deviation:
    case MeasureKind::PercentOfTotal:
        return column == ColumnType::Double ? ColumnType::Double : ColumnType::Numeric;
    default:
        return ColumnType::Numeric;
    }
}

void checkFilter(const Filter& filter, ColumnType type, const std::string& field,
                 const RequestLimits& limits, ProblemList& problems)
{
    checkValueCount(filter.op, filter.values.size(), field, limits, problems);
    if (isNullTest(filter.op))
        return;
    if (isTextOp(filter.op) && type != ColumnType::Text)
        return problems.add({"wrong_type",
                             shown(wordOf(filterOps(), filter.op)) + " asks texts, and " +
                                 shown(filter.column) + " is " + std::string(schema::sqlName(type)),
                             field + ".op"});
    checkValues(filter.values, type, field, limits, problems);
}

void checkHaving(const Having& having, ColumnType type, const std::string& field,
                 const RequestLimits& limits, ProblemList& problems)
{
    if (isTextOp(having.op) || having.op == FilterOp::In || having.op == FilterOp::NotIn)
        return problems.add({"refused", "having compares, or asks for null", field + ".op"});
    checkValueCount(having.op, having.values.size(), field, limits, problems);
    if (!isNullTest(having.op))
        checkValues(having.values, type, field, limits, problems);
}

void checkDimension(const Dimension& dimension, ColumnType type, const std::string& field,
                    ProblemList& problems)
{
    if (dimension.bucket && dimension.bin)
        problems.add({"refused", "a dimension has a bucket or a bin", field + ".bin"});
    if (dimension.bucket)
        checkBucket(*dimension.bucket, type, field + ".bucket", problems);
    if (dimension.bin)
        checkBin(*dimension.bin, type, field + ".bin", problems);
}

void checkMeasure(const Measure& measure, const SourceColumn* column, const std::string& field,
                  ProblemList& problems)
{
    const std::string kind = shown(wordOf(measureKinds(), measure.kind));
    if (measure.kind == MeasureKind::Count && !measure.column.empty())
        problems.add(
            {"refused",
             kind + " counts rows and takes no column; count_non_null and count_distinct do",
             field + ".column"});
    if (column != nullptr)
        if (const auto wanted = wantedType(measure.kind, column->type); !wanted.empty())
            problems.add({"wrong_type",
                          kind + " needs " + std::string(wanted) + ", and " + shown(column->name) +
                              " is " + column->sqlType,
                          field + ".column"});
    if (measure.kind != MeasureKind::Percentile && measure.fraction)
        problems.add({"refused", kind + " takes no fraction", field + ".fraction"});
    if (measure.kind != MeasureKind::Percentile)
        return;
    if (!measure.fraction)
        problems.add(
            {"missing", "say which percentile, by a fraction like 0.95", field + ".fraction"});
    else if (!(*measure.fraction >= 0 && *measure.fraction <= 1))
        problems.add({"limit", "a fraction is between 0 and 1", field + ".fraction"});
}

} // namespace millrace::query
