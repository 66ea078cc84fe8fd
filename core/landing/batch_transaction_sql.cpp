// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/batch_transaction_sql.h"

#include "core/landing/table_catalogue_sql.h"

namespace millrace::landing {

namespace {

std::string lockTimeoutSql(std::chrono::milliseconds timeout)
{
    return "SET LOCAL lock_timeout = '" + std::to_string(timeout.count()) + "ms'; ";
}

/// Enough for another lane's short ALTER to be over.
constexpr std::chrono::milliseconds probePatience{20};

} // namespace

std::string beginBatchSql(std::span<const control::PositionKey> sortedKeys,
                          std::chrono::milliseconds lockTimeout)
{
    return "BEGIN ISOLATION LEVEL READ COMMITTED; " + lockTimeoutSql(lockTimeout) +
           control::lockPositionsSql(sortedKeys);
}

std::string lockTablesSql(std::span<const schema::QualifiedName> tables, std::span<const Oid> oids,
                          std::chrono::milliseconds tableLockTimeout,
                          std::chrono::milliseconds lockTimeout)
{
    std::string sql = lockTimeoutSql(tableLockTimeout) + "LOCK TABLE ";
    for (std::size_t i = 0; i < tables.size(); ++i)
        sql += (i == 0 ? "" : ", ") + schema::quoted(tables[i]);
    return sql + " IN ROW EXCLUSIVE MODE; " + lockTimeoutSql(lockTimeout) + layoutsSql(oids);
}

std::string probeTableSql(const schema::QualifiedName& table)
{
    return "BEGIN; " + lockTimeoutSql(probePatience) + "LOCK TABLE " + schema::quoted(table) +
           " IN ROW EXCLUSIVE MODE; ROLLBACK";
}

std::string commitBatchSql(std::span<const control::Position> positions)
{
    return "WITH moved AS (" + control::updatePositionsSql(positions) +
           " RETURNING 1) SELECT CASE WHEN count(*) <> " + std::to_string(positions.size()) +
           " THEN (count(*) || '" + std::string(positionsNotMet) +
           "')::integer END, (extract(epoch FROM clock_timestamp() - statement_timestamp()) * "
           "1000000)"
           "::bigint FROM moved; COMMIT";
}

std::string checkConstraintsSql()
{
    return "SET CONSTRAINTS ALL IMMEDIATE";
}

} // namespace millrace::landing
