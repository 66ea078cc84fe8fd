// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/catalogue.h"

#include <chrono>
#include <string>
#include <vector>

namespace millrace::query {

/// Whether people may write SQL here.
struct SandboxReport
{
    std::vector<std::string> holes; ///< one sentence each; empty: raw SQL is on
    std::vector<std::string> mend;  ///< what to run, line by line
    int tried = 0;
    std::chrono::milliseconds took{0};

    [[nodiscard]] bool holds() const noexcept { return holes.empty(); }
};

/// The program attacks itself as the query role: the statements of resources/sandbox, the role's
/// own attributes and memberships, functions of listed names outside pg_catalog. At most 3 s; what
/// was not tried by then counts as a hole.
Result<SandboxReport> checkSandbox(const postgres::Dsn& queryDsn, const std::string& dataSchema);

} // namespace millrace::query
