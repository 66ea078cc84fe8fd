// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <string>

namespace millrace::query {

/// Wall B: a login of its own that can do nothing but SELECT on data tables.
inline constexpr const char* queryRoleName = "millrace_query";

/// The connection string of the query role. `administrators` (--query-database) is used as it is
/// when given. Else the role is made when the owner's login may make roles: NOINHERIT, member of
/// nothing, USAGE on the data schema and SELECT on the tables of topics, now and later ones; its
/// random password stands in millrace.query_role, readable by the owner only, so that all workers
/// share it. Nothing is revoked from PUBLIC.
/// Errors: Code::Refused with the statements that an administrator must run.
Result<postgres::Dsn> prepareQueryRole(postgres::Connection& owner, const postgres::Dsn& ownersDsn,
                                       const std::string& dataSchema,
                                       const std::string& administrators);

/// Grants SELECT on tables of topics that the role cannot read yet. Cheap when there are none.
Result<void> grantTables(postgres::Connection& owner, const std::string& dataSchema);

} // namespace millrace::query
