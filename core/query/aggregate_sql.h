// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

namespace millrace::query {

/// The SELECT that answers a request, or everything that is wrong with it. Pure. Identifiers are
/// resolved against the catalogue, constants are parameters. Every SELECT made here passes
/// checkStatement().
[[nodiscard]] Checked<Statement> compileAggregate(const AggregateRequest& request,
                                                  const Catalogue& catalogue,
                                                  const RequestLimits& limits = {});

} // namespace millrace::query
