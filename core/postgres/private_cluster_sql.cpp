// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/private_cluster_sql.h"

namespace millrace::postgres {

namespace {

Result<void> makeUnlessThere(Connection& admin, const std::string& question,
                             const std::string& statement)
{
    const auto there = admin.query(question);
    if (!there)
        return there.error();
    if (there->rows() > 0)
        return {};
    const auto made = admin.execute(statement);
    return made ? Result<void>() : Result<void>(made.error());
}

/// Made once; its limits are set at each start, so that an older cluster gets them too.
Result<void> makeQueryRole(Connection& admin)
{
    auto role =
        makeUnlessThere(admin, "SELECT FROM pg_catalog.pg_roles WHERE rolname = 'millrace_query'",
                        "CREATE ROLE millrace_query LOGIN NOINHERIT CONNECTION LIMIT 40");
    if (!role)
        return role;
    const auto limited =
        admin.execute("ALTER ROLE millrace_query SET temp_file_limit = '1GB';"
                      "ALTER ROLE millrace_query SET default_transaction_read_only = on;"
                      "ALTER ROLE millrace_query SET statement_timeout = '60s';"
                      "ALTER ROLE millrace_query SET idle_in_transaction_session_timeout = '60s';"
                      "REVOKE ALL ON DATABASE millrace FROM PUBLIC;"
                      "GRANT CONNECT ON DATABASE millrace TO millrace_query");
    return limited ? Result<void>() : Result<void>(limited.error());
}

} // namespace

Result<void> makeRoleAndDatabase(Connection& admin)
{
    auto role = makeUnlessThere(admin, "SELECT FROM pg_catalog.pg_roles WHERE rolname = 'millrace'",
                                "CREATE ROLE millrace LOGIN");
    if (!role)
        return role;
    auto database =
        makeUnlessThere(admin, "SELECT FROM pg_catalog.pg_database WHERE datname = 'millrace'",
                        "CREATE DATABASE millrace OWNER millrace");
    if (!database)
        return database;
    return makeQueryRole(admin);
}

} // namespace millrace::postgres
