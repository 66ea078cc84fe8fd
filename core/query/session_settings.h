// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/query_limits.h"

#include <string>

namespace millrace::query {

/// As the server shows it: pg_catalog before the tables.
[[nodiscard]] std::string searchPath(const std::string& dataSchema);

/// `dsn` with what a session for questions begins with, and RESET ALL goes back to.
Result<postgres::Dsn> withSettings(const postgres::Dsn& dsn, const std::string& dataSchema,
                                   const QueryLimits& limits);

} // namespace millrace::query
