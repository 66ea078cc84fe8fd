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

} // namespace

Result<void> makeRoleAndDatabase(Connection& admin)
{
    auto role = makeUnlessThere(admin, "SELECT FROM pg_catalog.pg_roles WHERE rolname = 'millrace'",
                                "CREATE ROLE millrace LOGIN");
    if (!role)
        return role;
    return makeUnlessThere(admin, "SELECT FROM pg_catalog.pg_database WHERE datname = 'millrace'",
                           "CREATE DATABASE millrace OWNER millrace");
}

} // namespace millrace::postgres
