// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

namespace millrace::query {

/// The SELECT that answers a request, or everything that is wrong with it. Pure. Identifiers are
/// resolved against the catalogue, constants are parameters. Every SELECT made here passes
/// checkStatement(). For PostgreSQL 15 and later, a session whose time zone is UTC.
///
/// What the request leaves open:
/// - Latest per key is decided by (_time, _generation, _partition, _offset), no time last: offsets
///   of two generations cannot be compared, and where their times are equal (a topic made anew and
///   filled again) the later one is what is. Rows whose key is null are one key; a look-up has
///   none.
/// - Filters are asked of the latest rows, not of all.
/// - Buckets of seconds, minutes and one hour cut the time of the day and keep its offset: the
///   hour that comes twice is two buckets. Longer ones cut local time and begin at its first
///   moment; a count of days is counted from Monday 2001-01-01.
/// - Bins are exact decimals; NaN and infinity are bins of their own. A double's bin is that of
///   its shortest decimal.
/// - sum, avg, stddev are exact (numeric) but for doubles; a percentile interpolates and is a
///   double. Percent of total divides by all rows that pass the filters, whatever having, top and
///   limit leave out; null where that is 0.
/// - Having is asked of each row of the answer, Other among them.
/// - Top keeps the first dimension's values; nulls of the measure come last, equals by the
///   dimension's order. Other is `other_label` in a text dimension, null in others.
/// - After the sort keys come is_other, then the dimensions, so the order is total.
[[nodiscard]] Checked<Statement> compileAggregate(const AggregateRequest& request,
                                                  const Catalogue& catalogue,
                                                  const RequestLimits& limits = {});

} // namespace millrace::query
