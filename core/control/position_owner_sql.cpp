// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/position.h"
#include "core/control/sql_value.h"

namespace millrace::control {

Result<std::vector<Position>> takeOver(postgres::Connection& connection,
                                       std::span<const PositionKey> sortedKeys,
                                       const std::string& owner, int lockTimeoutMs,
                                       std::span<const PositionKey> again)
{
    if (sortedKeys.empty())
        return std::vector<Position>();
    const std::string lock = lockPositionsSql(sortedKeys);
    const std::string survived =
        again.empty()
            ? std::string()
            : ", epoch_at_progress = p.epoch_at_progress + CASE WHEN p.owner = " +
                  textLiteral(owner) + " AND " + matchesKeysSql(again) + " THEN 1 ELSE 0 END";
    auto results = connection.execute(
        "BEGIN ISOLATION LEVEL READ COMMITTED; " + std::string(followedByBatchSql) +
        "SET LOCAL lock_timeout = " + std::to_string(lockTimeoutMs) + "; " + lock +
        "; UPDATE millrace.position AS p SET owner = " + textLiteral(owner) +
        ", owner_epoch = p.owner_epoch + 1" + survived + " WHERE " + matchesKeysSql(sortedKeys) +
        "; " + lock + "; COMMIT");
    if (!results) {
        connection.rollback();
        return results.error();
    }
    constexpr std::size_t afterwards = 5; // BEGIN, SET, SET, lock, UPDATE, the rows as they are
    return readPositions((*results)[afterwards]);
}

/// A locked row carries the transaction of its locker in xmax, and that transaction, while it runs,
/// is a lock of its own in pg_locks: so holders are found without anybody waiting for them.
Result<int> terminateBlockers(postgres::Connection& connection,
                              std::span<const PositionKey> sortedKeys)
{
    const auto ended = connection.query(
        "SELECT count(*) FILTER (WHERE pg_catalog.pg_terminate_backend(a.pid)) "
        "FROM pg_catalog.pg_stat_activity AS a WHERE a.pid <> pg_catalog.pg_backend_pid() "
        "AND a.usename = CURRENT_USER AND a.application_name LIKE 'millrace/%' AND a.pid IN "
        "(SELECT l.pid FROM millrace.position AS p JOIN pg_catalog.pg_locks AS l "
        "ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = p.xmax WHERE " +
        matchesKeysSql(sortedKeys) + ")");
    if (!ended)
        return ended.error();
    return static_cast<int>(ended->number(0, 0));
}

} // namespace millrace::control
