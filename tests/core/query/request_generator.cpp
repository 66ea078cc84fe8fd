// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/query/request_generator.h"

#include "core/query/aggregate_checks.h"
#include "core/query/aggregate_words.h"
#include "core/query/zone_names.h"

#include <array>

namespace millrace::tests {

using namespace millrace::query;
using schema::ColumnType;

AggregateRequest RequestGenerator::next()
{
    AggregateRequest request;
    const SourceTable& table = oneOf(m_catalogue.tables());
    request.source.table = chance(50) ? table.topic : table.name.name;
    m_columns.clear();
    for (const SourceColumn& column : table.columns)
        m_columns.push_back({column.name, column.type});
    if (chance(40))
        for (int i = upTo(1); i >= 0; --i)
            request.source.latestPer.push_back(oneOf(m_columns).name);
    lookUps(request);
    for (int groups = upTo(3) - 1; groups > 0; --groups) {
        FilterGroup& group = request.where.emplace_back();
        for (int i = upTo(2); i >= 0; --i)
            group.push_back(filter());
    }
    for (int i = upTo(3); i > 0; --i) {
        request.dimensions.push_back(dimension());
        request.dimensions.back().as = "dimension " + std::to_string(i);
    }
    for (int i = upTo(4) + (request.dimensions.empty() ? 1 : 0); i > 0; --i) {
        request.measures.push_back(measure());
        request.measures.back().as = "measure \"" + std::to_string(i) + "\"";
    }
    having(request);
    if (!request.dimensions.empty() && !request.measures.empty() && chance(40))
        request.top = TopN{1 + upTo(4), oneOf(request.measures).as, chance(30), chance(70), "Rest"};
    for (const Measure& each : request.measures)
        if (chance(30))
            request.sort.push_back({each.as, chance(50), chance(50)});
    if (chance(20))
        request.limit = 1 + upTo(20);
    return request;
}

void RequestGenerator::lookUps(AggregateRequest& request)
{
    for (int wanted = upTo(3); wanted > 0; --wanted) {
        const SourceTable& table = oneOf(m_catalogue.tables());
        LookUp lookUp{table.name.name, "x" + std::to_string(wanted), {}};
        for (int tries = 0; tries < 20 && lookUp.on.empty(); ++tries) {
            const Seen& left = oneOf(m_columns);
            const SourceColumn& right = oneOf(table.columns);
            if (canJoin(left.type, right.type) && right.type != ColumnType::Json)
                lookUp.on.push_back({left.name, right.name});
        }
        if (lookUp.on.empty())
            continue;
        for (const SourceColumn& column : table.columns)
            m_columns.push_back({lookUp.as + "." + column.name, column.type});
        request.lookUps.push_back(std::move(lookUp));
    }
}

std::string RequestGenerator::constant(ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return chance(50) ? "true" : "false";
    case ColumnType::BigInt:
        return std::to_string(upTo(20));
    case ColumnType::Double:
    case ColumnType::Numeric:
        return std::to_string(upTo(40) - 20) + "." + std::to_string(upTo(99));
    case ColumnType::Timestamp:
        return "2024-" + std::string(chance(50) ? "03-31" : "10-27") + "T0" +
               std::to_string(upTo(4)) + ":30:00+01:00";
    default:
        return word();
    }
}

Filter RequestGenerator::filter()
{
    const Seen& column = oneOf(m_columns);
    Filter made{column.name, oneOf(filterOps()).second, {}, chance(20)};
    const bool isTextOp = made.op == FilterOp::Contains || made.op == FilterOp::StartsWith;
    if (column.type == ColumnType::Json || (isTextOp && column.type != ColumnType::Text))
        made.op = chance(50) ? FilterOp::IsNull : FilterOp::IsNotNull;
    if (made.op == FilterOp::IsNull || made.op == FilterOp::IsNotNull)
        return made;
    const bool isList = made.op == FilterOp::In || made.op == FilterOp::NotIn;
    for (int i = made.op == FilterOp::Between ? 1 : (isList ? upTo(3) : 0); i >= 0; --i)
        made.values.emplace_back(constant(column.type));
    return made;
}

Dimension RequestGenerator::dimension()
{
    const Seen& column = oneOf(m_columns);
    Dimension made{column.name, {}, {}, {}};
    if (column.type == ColumnType::Timestamp && chance(80)) {
        TimeBucket bucket{1, oneOf(bucketUnits()).second, "UTC"};
        constexpr std::array<const char*, 5> zones{"Europe/Paris", "Asia/Kathmandu", "UTC",
                                                   "Australia/Lord_Howe", "America/Havana"};
        bucket.zone = oneOf(zones);
        constexpr std::array<int, 4> counts{1, 2, 6, 12};
        if (bucket.unit <= BucketUnit::Day)
            bucket.count = oneOf(counts);
        made.bucket = bucket;
    } else if (schema::isNumber(column.type) && chance(60)) {
        constexpr std::array<const char*, 4> widths{"1", "0.3", "10", "2.50"};
        constexpr std::array<const char*, 3> origins{"0", "-0.1", "3"};
        made.bin = NumericBin{oneOf(widths), oneOf(origins)};
    }
    return made;
}

Measure RequestGenerator::measure()
{
    Measure made;
    made.kind = oneOf(measureKinds()).second;
    if (made.kind == MeasureKind::Percentile)
        made.fraction = upTo(100) / 100.0;
    if (made.kind == MeasureKind::Count || (made.kind == MeasureKind::PercentOfTotal && chance(50)))
        return made;
    const auto fits = [&](ColumnType type) {
        switch (made.kind) {
        case MeasureKind::ShareTrue:
            return type == ColumnType::Bool;
        case MeasureKind::Min:
        case MeasureKind::Max:
            return type != ColumnType::Bool && type != ColumnType::Json;
        case MeasureKind::CountNonNull:
        case MeasureKind::CountDistinct:
            return true;
        default:
            return schema::isNumber(type);
        }
    };
    for (int tries = 0; tries < 50; ++tries) {
        const Seen& column = oneOf(m_columns);
        made.column = column.name;
        if (fits(column.type))
            return made;
    }
    return {};
}

void RequestGenerator::having(AggregateRequest& request)
{
    for (const Measure& each : request.measures) {
        const bool isNumber = each.kind != MeasureKind::Min && each.kind != MeasureKind::Max;
        if (!chance(15))
            continue;
        if (isNumber)
            request.having.push_back({each.as, FilterOp::GreaterOrEqual, {"1.5"}});
        else
            request.having.push_back({each.as, FilterOp::IsNotNull, {}});
    }
}

std::string RequestGenerator::word()
{
    constexpr std::array<const char*, 10> words{"paid",  "",    "50%", "a_b",   "back\\slash",
                                                "\"q\"", "ÄÖ€", "{,}", "it's ", "NULL"};
    return oneOf(words);
}

AggregateRequest RequestGenerator::anything()
{
    const auto many = [this](auto make) {
        std::vector<decltype(make())> made;
        for (int i = upTo(3); i > 0; --i)
            made.push_back(make());
        return made;
    };
    const auto values = [&] {
        return many([this] { return chance(20) ? Constant() : Constant(word()); });
    };
    AggregateRequest made;
    made.source = {word(), many([this] { return word(); })};
    made.lookUps = many([&] {
        return LookUp{word(), word(), many([this] { return LookUp::Pair{word(), word()}; })};
    });
    for (int i = upTo(3); i > 0; --i) {
        FilterGroup& group = made.where.emplace_back();
        for (int j = upTo(2); j >= 0; --j)
            group.push_back({word(), oneOf(filterOps()).second, values(), chance(50)});
    }
    made.dimensions = many([&] {
        Dimension dimension{word(), word(), {}, {}};
        if (chance(50))
            dimension.bucket = TimeBucket{upTo(90), oneOf(bucketUnits()).second, word()};
        if (chance(50))
            dimension.bin = NumericBin{word(), word()};
        return dimension;
    });
    made.measures = many([&] {
        return Measure{oneOf(measureKinds()).second, word(), word(),
                       chance(50) ? std::optional<double>() : upTo(1'000) / 997.0};
    });
    made.having = many([&] { return Having{word(), oneOf(filterOps()).second, values()}; });
    if (chance(50))
        made.top = TopN{upTo(50) - 5, word(), chance(50), chance(50), word()};
    made.sort = many([&] { return SortKey{"-" + word(), chance(50), chance(50)}; });
    if (chance(50))
        made.limit = upTo(1'000'000) - 10;
    return made;
}

} // namespace millrace::tests
