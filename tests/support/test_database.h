// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/connection.h"
#include "tests/harness/postgres_cluster.h"

#include <string>

namespace millrace::tests {

/// One real PostgreSQL for this whole executable, started when first asked for.
harness::PostgresCluster& testCluster();

/// A session of ours; a test that cannot have one ends here.
postgres::Connection openSession(const std::string& conninfo,
                                 postgres::ConnectOptions options = {
                                     .applicationName = "millrace/test/0"});

/// What the server logged since the last call, for "nothing went wrong meanwhile".
std::string newLogLines();

} // namespace millrace::tests
