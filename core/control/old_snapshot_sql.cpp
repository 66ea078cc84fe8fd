// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/old_snapshot.h"

namespace millrace::control {

namespace {

constexpr const char* code = "old_snapshot";

} // namespace

Result<std::vector<OldSnapshot>> untoldSnapshots(postgres::Connection& connection,
                                                 std::chrono::seconds age)
{
    const auto rows = connection.query(
        "SELECT a.pid, coalesce(a.application_name, ''), coalesce(a.usename::text, ''), "
        "extract(epoch FROM clock_timestamp() - a.xact_start)::bigint "
        "FROM pg_catalog.pg_stat_activity AS a WHERE a.backend_type = 'client backend' "
        "AND a.datid = (SELECT d.oid FROM pg_catalog.pg_database AS d "
        "WHERE d.datname = current_database()) AND a.pid <> pg_catalog.pg_backend_pid() "
        "AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) "
        "AND a.xact_start <= clock_timestamp() - pg_catalog.make_interval(secs => $1::integer) "
        "AND NOT EXISTS (SELECT FROM millrace.event AS e WHERE e.code = $2 "
        "AND e.at >= a.backend_start AND e.text LIKE 'session ' || a.pid || ' %') ORDER BY a.pid",
        {std::to_string(age.count()), code});
    if (!rows)
        return rows.error();
    std::vector<OldSnapshot> found;
    for (int row = 0; row < rows->rows(); ++row)
        found.push_back({rows->number(row, 0), std::string(rows->text(row, 1)),
                         std::string(rows->text(row, 2)),
                         std::chrono::seconds(rows->number(row, 3))});
    return found;
}

Event eventOf(const OldSnapshot& snapshot)
{
    const std::string pid = std::to_string(snapshot.pid);
    return {.level = LogLevel::Warning,
            .code = code,
            .topic = {},
            .generation = {},
            .partition = {},
            .text = "session " + pid + " (" + snapshot.application + ", user " + snapshot.user +
                    ") has held a snapshot for " + std::to_string(snapshot.age.count()) +
                    " s: the positions cannot be vacuumed, batches wait longer; it ends with "
                    "SELECT pg_terminate_backend(" +
                    pid + ")"};
}

} // namespace millrace::control
