// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/moment.h"

namespace millrace::query {

namespace {

/// Of older generations for the mark alone. The table's own line changes with its rights, columns
/// and storage.
constexpr const char* positionsSql =
    "SELECT w.topic, v.version, t.table_oid, c.xmin, p.generation, p.partition, p.next_offset, "
    "p.rows, p.dead, p.generation = (SELECT max(g.generation) FROM millrace.generation AS g "
    "WHERE g.topic = w.topic) FROM unnest($1::text[] COLLATE \"C\") AS w (topic) "
    "CROSS JOIN LATERAL (SELECT coalesce(max(s.id), 0) AS version FROM millrace.schema_change AS s "
    "WHERE s.topic = w.topic) AS v LEFT JOIN millrace.topic AS t ON t.topic = w.topic "
    "LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.table_oid "
    "LEFT JOIN millrace.position AS p ON p.topic = w.topic "
    "ORDER BY w.topic, p.generation, p.partition";

Result<Moment> readMoment(postgres::Connection& session, const std::vector<std::string>& topics)
{
    const auto positions = readPositions(session, topics);
    if (!positions)
        return positions.error();
    const auto id = session.query("SELECT pg_catalog.pg_export_snapshot()", {});
    if (!id)
        return id.error();
    return Moment{std::string(id->text(0, 0)), positionsOf(*positions, topics)};
}

} // namespace

Result<PositionsByTopic> readPositions(postgres::Connection& session,
                                       const std::vector<std::string>& topics)
{
    const auto rows = session.query(positionsSql, {control::arrayText(topics)});
    if (!rows)
        return rows.error();
    PositionsByTopic read;
    for (int row = 0; row < rows->rows(); ++row) {
        const std::string topic(rows->text(row, 0));
        TopicPositions& one = read[topic];
        const auto mark = [&](int column) { one.mark.append(rows->text(row, column)).append(" "); };
        if (one.mark.empty()) {
            one.schemaVersion = rows->number(row, 1);
            for (const int column : {1, 2, 3})
                mark(column);
        }
        if (rows->isNull(row, 4))
            continue;
        for (const int column : {4, 5, 6, 7, 8, 9})
            mark(column);
        if (rows->text(row, 9) == "t")
            one.offsets.push_back({topic,
                                   Generation(static_cast<std::int32_t>(rows->number(row, 4))),
                                   PartitionId(static_cast<std::int32_t>(rows->number(row, 5))),
                                   Offset(rows->number(row, 6))});
    }
    return read;
}

Result<Moment> holdMoment(postgres::Connection& session, const std::vector<std::string>& topics)
{
    session.rollback();
    if (const auto begun = session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        !begun)
        return begun.error();
    auto moment = readMoment(session, topics);
    if (!moment)
        session.rollback();
    return moment;
}

void releaseMoment(postgres::Connection& session) noexcept
{
    session.rollback();
}

} // namespace millrace::query
