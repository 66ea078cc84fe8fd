// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"
#include "core/query/problem.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace::query {

/// A column and whose: 0 is the source, 1… the look-ups.
struct PlannedColumn
{
    std::size_t relation = 0;
    const SourceColumn* column = nullptr;
    bool operator==(const PlannedColumn&) const = default;
};

struct PlannedLookUp
{
    const SourceTable* table = nullptr;
    std::vector<std::pair<PlannedColumn, const SourceColumn*>> on;
};
struct PlannedFilter
{
    PlannedColumn column;
    const Filter* filter = nullptr;
};
struct PlannedDimension
{
    PlannedColumn column;
    const Dimension* dimension = nullptr;
    std::string name;
};
struct PlannedMeasure
{
    std::optional<PlannedColumn> column;
    const Measure* measure = nullptr;
    std::string name;
    schema::ColumnType type = schema::ColumnType::Numeric; ///< of its values
};
struct PlannedSort
{
    enum class Of : std::uint8_t { Dimension, Measure, IsOther };
    Of of = Of::Dimension;
    std::size_t index = 0;
    bool descending = false;
    bool nullsFirst = false;
};

/// A request whose names are found and whose types fit. Points into the request and the catalogue.
struct AggregatePlan
{
    const AggregateRequest* request = nullptr;
    const SourceTable* table = nullptr;
    std::vector<const SourceColumn*> latestPer;
    std::vector<PlannedLookUp> lookUps;
    std::vector<std::vector<PlannedFilter>> where;
    std::vector<PlannedDimension> dimensions;
    std::vector<PlannedMeasure> measures;
    std::vector<std::pair<std::size_t, const Having*>> having; ///< which measure
    std::optional<std::size_t> topBy;                          ///< which measure
    std::vector<PlannedSort> sort;
};

inline constexpr std::string_view isOtherName = "is_other";

/// Everything that is wrong with a request, at most twenty, or its plan.
///
/// "a.b" is the source's column of that name, else column b of the look-up a. Look-ups join on
/// columns of one type, or bigint with numeric: other pairs are compared as doubles, where two
/// keys can be one.
[[nodiscard]] Checked<AggregatePlan> planAggregate(const AggregateRequest& request,
                                                   const Catalogue& catalogue,
                                                   const RequestLimits& limits);

} // namespace millrace::query
