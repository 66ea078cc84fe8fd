// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/moment.h"

namespace millrace::query {

namespace {

/// Of older generations for the mark alone. There is always a row, for the version.
constexpr const char* positionsSql =
    "SELECT p.topic, p.generation, p.partition, p.next_offset, p.rows, p.dead, "
    "p.generation = (SELECT max(g.generation) FROM millrace.generation AS g "
    "WHERE g.topic = p.topic), v.version "
    "FROM (SELECT coalesce(max(s.id), 0) AS version FROM millrace.schema_change AS s "
    "WHERE s.topic = ANY ($1::text[] COLLATE \"C\")) AS v LEFT JOIN millrace.position AS p "
    "ON p.topic = ANY ($1::text[] COLLATE \"C\") ORDER BY p.topic, p.generation, p.partition";

Result<Positions> readPositions(postgres::Connection& session, const std::string& topics)
{
    const auto rows = session.query(positionsSql, {topics});
    if (!rows)
        return rows.error();
    Positions positions;
    positions.seen.schemaVersion = rows->number(0, 7);
    positions.mark = std::to_string(positions.seen.schemaVersion);
    for (int row = 0; row < rows->rows() && !rows->isNull(row, 0); ++row) {
        positions.mark += rows->text(row, 0) == rows->text(std::max(row - 1, 0), 0) && row > 0
                              ? std::string(";")
                              : "\n" + std::string(rows->text(row, 0)) + "\n";
        for (const int column : {1, 2, 3, 4, 5})
            positions.mark += std::string(rows->text(row, column)) + " ";
        if (rows->text(row, 6) == "t")
            positions.seen.offsets.push_back(
                {std::string(rows->text(row, 0)),
                 Generation(static_cast<std::int32_t>(rows->number(row, 1))),
                 PartitionId(static_cast<std::int32_t>(rows->number(row, 2))),
                 Offset(rows->number(row, 3))});
    }
    return positions;
}

Result<Moment> readMoment(postgres::Connection& session, const std::string& topics)
{
    auto positions = readPositions(session, topics);
    if (!positions)
        return positions.error();
    const auto id = session.query("SELECT pg_catalog.pg_export_snapshot()", {});
    if (!id)
        return id.error();
    return Moment{std::string(id->text(0, 0)), std::move(*positions)};
}

} // namespace

Result<Positions> readPositions(postgres::Connection& session,
                                const std::vector<std::string>& topics)
{
    return readPositions(session, control::arrayText(topics));
}

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
