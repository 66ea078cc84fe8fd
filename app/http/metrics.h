// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/snapshot.h"

namespace millrace::http {

/// GET /metrics: Prometheus text format 0.0.4. Figures of topics are those of the database, the
/// same at every worker; `millrace_lane_…` and `millrace_ready` are of this process.
[[nodiscard]] Response metrics(const Live& live, const Snapshot& snapshot);

} // namespace millrace::http
