// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <string>

namespace millrace::query {

/// Wall B: a login of its own that can do nothing but SELECT on tables of topics and on their
/// positions.
struct QueryLogin
{
    postgres::Dsn dsn;
    std::string role;
};

/// The login for questions. `administrators` (--query-database) is used as it is when given. Else
/// the role `millrace_query` (with a suffix where another database of the server has taken that
/// name) is made where the owner's login may make roles: NOINHERIT, member of nothing; its random
/// password stands in millrace.query_role, which only the owner can read, so that all workers share
/// it. Any number of workers may call this at once. Nothing is revoked from PUBLIC.
///
/// Errors: WaitForOperator with the statements that an administrator must run; those of the
/// connection.
Result<QueryLogin> prepareQueryRole(postgres::Connection& owner, const postgres::Dsn& ownersDsn,
                                    const postgres::Dsn& administrators);

/// SELECT on those tables of topics that the role cannot read yet, and on the view millrace.seen:
/// workers make tables at any time, so this is called again and again. How many it granted.
Result<int> grantTables(postgres::Connection& owner, const std::string& role,
                        const std::string& dataSchema);

} // namespace millrace::query
