// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/cost_gate.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace millrace::query {

namespace {

double numberBehind(std::string_view line, std::string_view mark, std::string_view from)
{
    const std::size_t begin = line.rfind(from);
    const std::size_t at = begin == std::string_view::npos ? begin : line.find(mark, begin);
    double value = 0;
    if (at != std::string_view::npos)
        std::from_chars(line.data() + at + mark.size(), line.data() + line.size(), value);
    return value;
}

Error tooDear(double cost, double rows, const QueryLimits& limits)
{
    const auto text = [](double number) {
        return std::to_string(static_cast<std::int64_t>(number));
    };
    return {Scope::Batch, Code::InvalidInput,
            "the plan costs " + text(cost) + " and reads " + text(rows) + " rows; at most " +
                text(limits.planCostMax) + " and " + text(limits.planRowsMax) +
                " are allowed: filter by _time, or join on equal columns",
            "54001 limit"};
}

} // namespace

bool isSurelyCheap(const Statement& statement, const QueryLimits& limits)
{
    constexpr double fetched = 10;
    constexpr double workedOn = 0.01; // a character
    const double rows = statement.rowsMost.value_or(limits.planRowsMax + 1);
    const double each = fetched + workedOn * static_cast<double>(statement.sql.size());
    return rows <= limits.planRowsMax / 100 && rows * each <= limits.planCostMax;
}

Result<void> checkPlan(const postgres::ResultSet& plan, const QueryLimits& limits)
{
    double cost = 0;
    double rows = 0;
    for (int i = 0; i < plan.rows(); ++i) {
        const std::string_view line = plan.text(i, 0);
        if (i == 0)
            cost = numberBehind(line, "..", "(cost=");
        rows = std::max(rows, numberBehind(line, " rows=", "(cost="));
    }
    if (cost > limits.planCostMax || rows > limits.planRowsMax)
        return tooDear(cost, rows, limits);
    return {};
}

} // namespace millrace::query
