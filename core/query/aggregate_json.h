// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/problem.h"

#include <string>
#include <string_view>

namespace millrace::query {

/// Reads the body of POST /aggregate. Unknown keys and words are problems with the nearest valid
/// one; all problems are found at once, at most 20. Nothing is looked up in a catalogue.
///
///     {"table": "orders", "latest_per": ["order_id"],
///      "look_ups": [{"table": "customers", "as": "c", "on": {"customer_id": "customer_id"}}],
///      "where": [{"column": "status", "op": "in", "values": ["paid", "sent"]},
///                {"any": [{"column": "amount", "op": ">", "value": 10, "or_null": true}]}],
///      "group_by": ["c.country", {"column": "_time", "bucket": "1 hour", "zone": "Europe/Paris"},
///                   {"column": "amount", "bin": 10}],
///      "measures": ["count", {"kind": "percentile", "column": "amount", "fraction": 0.95}],
///      "having": [{"measure": "count", "op": ">=", "value": 2}],
///      "top": {"count": 5, "by": "count"}, "sort": ["-count"], "limit": 100}
[[nodiscard]] Checked<AggregateRequest> parseAggregate(std::string_view json);

/// The canonical body: equal requests give equal text; parseAggregate of it is the same value.
[[nodiscard]] std::string aggregateJson(const AggregateRequest& request);

} // namespace millrace::query
