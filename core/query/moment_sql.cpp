// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/moment.h"

namespace millrace::query {

namespace {

/// Highest generation of each topic: rows of older ones do not change any more.
constexpr const char* positionsSql =
    "SELECT p.topic, p.generation, p.partition, p.next_offset FROM millrace.position AS p "
    "WHERE p.topic = ANY ($1::text[] COLLATE \"C\") AND p.generation = (SELECT max(g.generation) "
    "FROM millrace.generation AS g WHERE g.topic = p.topic) "
    "ORDER BY p.topic, p.generation, p.partition";
constexpr const char* versionSql =
    "SELECT coalesce(max(s.id), 0), pg_catalog.pg_export_snapshot() "
    "FROM millrace.schema_change AS s WHERE s.topic = ANY ($1::text[] COLLATE \"C\")";

Result<std::vector<PartitionOffset>> readOffsets(postgres::Connection& session,
                                                 const std::string& topics)
{
    const auto rows = session.query(positionsSql, {topics});
    if (!rows)
        return rows.error();
    std::vector<PartitionOffset> offsets;
    for (int row = 0; row < rows->rows(); ++row)
        offsets.push_back({std::string(rows->text(row, 0)),
                           Generation(static_cast<std::int32_t>(rows->number(row, 1))),
                           PartitionId(static_cast<std::int32_t>(rows->number(row, 2))),
                           Offset(rows->number(row, 3))});
    return offsets;
}

Result<Moment> readMoment(postgres::Connection& session, const std::string& topics)
{
    auto offsets = readOffsets(session, topics);
    if (!offsets)
        return offsets.error();
    const auto version = session.query(versionSql, {topics});
    if (!version)
        return version.error();
    return Moment{std::string(version->text(0, 1)), {std::move(*offsets), version->number(0, 0)}};
}

} // namespace

Result<Moment> holdMoment(postgres::Connection& session, const std::vector<std::string>& topics)
{
    session.rollback();
    if (const auto begun = session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        !begun)
        return begun.error();
    auto moment = readMoment(session, control::arrayText(topics));
    if (!moment)
        session.rollback();
    return moment;
}

void releaseMoment(postgres::Connection& session) noexcept
{
    session.rollback();
}

} // namespace millrace::query
