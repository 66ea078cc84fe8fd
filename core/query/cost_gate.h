// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/result_set.h"
#include "core/query/query_limits.h"
#include "core/query/statement.h"

namespace millrace::query {

/// No plan of it can cost too much, as the planner counts: each row is fetched by itself, each two
/// characters of the text are an operator, all is sorted once.
[[nodiscard]] bool isSurelyCheap(const Statement& statement, const QueryLimits& limits);

/// What EXPLAIN says. Errors: InvalidInput, origin 54001 "limit", with both numbers.
Result<void> checkPlan(const postgres::ResultSet& plan, const QueryLimits& limits);

} // namespace millrace::query
