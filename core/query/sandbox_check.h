// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"

#include <chrono>
#include <string>
#include <vector>

namespace millrace::query {

/// Whether people may write SQL here.
struct SandboxReport
{
    std::vector<std::string> holes; ///< one sentence each; empty: raw SQL is on
    std::vector<std::string> mend;  ///< SQL that an administrator may run, a statement each
    int tried = 0;
    std::chrono::milliseconds took{0};

    [[nodiscard]] bool holds() const noexcept { return holes.empty(); }
};

/// The program attacks itself as the query role. First what the catalogue says: attributes,
/// memberships, rights beyond SELECT on `published`, functions that bear a name people may call;
/// a role with such power tries nothing, for some of it could not be taken back. Then the
/// statements of resources/sandbox, each in a transaction that is rolled back. At most 3 s; what
/// was not tried by then counts as a hole. Rights of PUBLIC count as the role's own.
///
/// Errors: those of the connection.
Result<SandboxReport> checkSandbox(const postgres::Dsn& queryDsn, const std::string& dataSchema,
                                   const std::vector<schema::QualifiedName>& published);

} // namespace millrace::query
