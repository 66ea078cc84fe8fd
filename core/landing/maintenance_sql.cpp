// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/maintenance_sql.h"

namespace millrace::landing {

namespace {

Result<void> done(const Result<std::vector<postgres::ResultSet>>& result)
{
    return result ? Result<void>() : Result<void>(result.error());
}

} // namespace

Result<void> boundLockWaits(postgres::Connection& connection, std::chrono::milliseconds timeout)
{
    return done(
        connection.execute("SET lock_timeout = '" + std::to_string(timeout.count()) + "ms'"));
}

Result<std::int64_t> analysedRows(postgres::Connection& connection,
                                  const schema::QualifiedName& table)
{
    const auto rows =
        connection.query("SELECT c.reltuples::bigint FROM pg_catalog.pg_class AS c WHERE c.oid = "
                         "pg_catalog.to_regclass($1)",
                         {schema::quoted(table)});
    if (!rows)
        return rows.error();
    return rows->rows() == 0 ? -1 : rows->number(0, 0);
}

Result<void> analyse(postgres::Connection& connection, const schema::QualifiedName& table)
{
    return done(connection.execute("ANALYZE " + schema::quoted(table)));
}

Result<void> summarise(postgres::Connection& connection, const schema::QualifiedName& table)
{
    const auto rows = connection.query(
        "SELECT pg_catalog.brin_summarize_new_values(i.indexrelid) FROM pg_catalog.pg_index AS i "
        "JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am AS m "
        "ON m.oid = c.relam AND m.amname = 'brin' WHERE i.indrelid = pg_catalog.to_regclass($1)",
        {schema::quoted(table)});
    return rows ? Result<void>() : Result<void>(rows.error());
}

} // namespace millrace::landing
