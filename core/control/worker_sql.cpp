// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/control/worker.h"

#include <unistd.h>

namespace millrace::control {

namespace {

constexpr std::size_t figuresBytesMax = 16u << 10;

TopicBalance balanceAt(const postgres::ResultSet& rows, int row)
{
    TopicBalance balance;
    balance.topic = rows.text(row, 0);
    balance.table = rows.text(row, 1);
    balance.state = rows.text(row, 2);
    balance.reason = rows.text(row, 3);
    balance.rows = rows.number(row, 4);
    balance.dead = rows.number(row, 5);
    balance.skipped = rows.number(row, 6);
    balance.gap = rows.number(row, 7);
    balance.holes = rows.number(row, 8);
    balance.served = rows.number(row, 9);
    balance.balanced = rows.boolean(row, 10);
    return balance;
}

} // namespace

Result<void> beat(postgres::Connection& connection, const Heartbeat& heartbeat)
{
    if (heartbeat.figuresJson.size() > figuresBytesMax)
        return Error{Scope::Batch, Code::InvalidInput,
                     "the figures of a heartbeat are larger than 16 KiB", "millrace.worker"};
    const auto done = connection.query(
        "INSERT INTO millrace.worker AS w (instance, host, version, process, figures) "
        "VALUES ($1, $2, $3, $4::integer, $5::jsonb) ON CONFLICT (instance) DO UPDATE SET "
        "host = excluded.host, version = excluded.version, process = excluded.process, "
        "figures = excluded.figures, beat_at = now(), started_at = CASE "
        "WHEN (w.host, w.process) = (excluded.host, excluded.process) THEN w.started_at "
        "ELSE now() END",
        {storable(heartbeat.instance), storable(heartbeat.host), storable(heartbeat.version),
         std::to_string(::getpid()), heartbeat.figuresJson});
    return done ? Result<void>() : Result<void>(done.error());
}

Result<void> endWorker(postgres::Connection& connection, const std::string& instance)
{
    const auto done =
        connection.query("DELETE FROM millrace.worker WHERE instance = $1", {storable(instance)});
    return done ? Result<void>() : Result<void>(done.error());
}

Result<std::vector<TopicBalance>> loadBalance(postgres::Connection& connection)
{
    const auto rows = connection.query(
        "SELECT t.topic, coalesce(t.table_name, ''), t.state, t.reason, coalesce(sum(b.rows), 0), "
        "coalesce(sum(b.dead), 0), coalesce(sum(b.skipped), 0), coalesce(sum(b.gap), 0), "
        "coalesce(sum(b.holes), 0), coalesce(sum(b.served), 0), "
        "coalesce(bool_and(b.balanced), true) FROM millrace.topic AS t "
        "LEFT JOIN millrace.balance AS b ON b.topic = t.topic GROUP BY t.topic ORDER BY t.topic");
    if (!rows)
        return rows.error();
    std::vector<TopicBalance> balances;
    for (int row = 0; row < rows->rows(); ++row)
        balances.push_back(balanceAt(*rows, row));
    return balances;
}

} // namespace millrace::control
