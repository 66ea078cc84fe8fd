// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/position.h"
#include "core/control/sql_value.h"

namespace millrace::control {

namespace {

/// Ends sessions of our own role and program; `who` gives their pids in a column `pid`.
Result<int> terminate(postgres::Connection& connection, const std::string& who,
                      std::initializer_list<postgres::Param> params)
{
    const auto ended = connection.query(
        "WITH RECURSIVE " + who +
            " SELECT count(*) FILTER (WHERE pg_catalog.pg_terminate_backend(a.pid)) "
            "FROM pg_catalog.pg_stat_activity AS a WHERE a.pid IN (SELECT w.pid FROM who AS w) "
            "AND a.pid <> pg_catalog.pg_backend_pid() AND a.usename = CURRENT_USER "
            "AND a.application_name LIKE 'millrace/%'",
        params);
    if (!ended)
        return ended.error();
    return static_cast<int>(ended->number(0, 0));
}

} // namespace

Result<std::vector<Position>> takeOver(postgres::Connection& connection,
                                       std::span<const PositionKey> sortedKeys,
                                       const std::string& owner, int lockTimeoutMs)
{
    if (sortedKeys.empty())
        return std::vector<Position>();
    const std::string lock = lockPositionsSql(sortedKeys);
    auto results =
        connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = " +
                           std::to_string(lockTimeoutMs) + "; " + lock +
                           "; UPDATE millrace.position AS p SET owner = " + textLiteral(owner) +
                           ", owner_epoch = p.owner_epoch + 1 WHERE " + matchesKeysSql(sortedKeys) +
                           "; " + lock + "; COMMIT");
    if (!results) {
        connection.rollback();
        return results.error();
    }
    constexpr std::size_t afterwards = 4; // BEGIN, SET, lock, UPDATE, then the rows as they are
    return readPositions((*results)[afterwards]);
}

Result<int> terminateBlockers(postgres::Connection& connection, int waitingPid)
{
    return terminate(connection,
                     "who (pid) AS (SELECT b.pid FROM pg_catalog.unnest("
                     "pg_catalog.pg_blocking_pids($1::integer)) AS b (pid) UNION "
                     "SELECT n.pid FROM who AS w, pg_catalog.unnest("
                     "pg_catalog.pg_blocking_pids(w.pid)) AS n (pid))",
                     {std::to_string(waitingPid)});
}

/// A locked row carries the transaction of its locker in xmax, and that transaction, while it runs,
/// is a lock of its own in pg_locks: so holders are found without anybody waiting.
Result<int> terminateHolders(postgres::Connection& connection,
                             std::span<const PositionKey> sortedKeys)
{
    return terminate(connection,
                     "who (pid) AS (SELECT l.pid FROM millrace.position AS p "
                     "JOIN pg_catalog.pg_locks AS l ON l.locktype = 'transactionid' AND l.granted "
                     "AND l.transactionid = p.xmax WHERE " +
                         matchesKeysSql(sortedKeys) + ")",
                     {});
}

} // namespace millrace::control
