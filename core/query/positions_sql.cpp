// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/positions.h"

namespace millrace::query {

const char* const positionsSql =
    "SELECT s.topic, s.schema_version, s.table_oid, s.table_mark, s.generation, s.partition, "
    "s.next_offset, s.rows, s.dead, s.is_current FROM millrace.seen AS s "
    "WHERE s.topic = ANY ($1::pg_catalog.text[] COLLATE pg_catalog.\"C\") "
    "ORDER BY s.topic, s.generation, s.partition";

constexpr const char* preparedName = "millrace_positions";

PositionsByTopic positionsIn(const postgres::ResultSet& rows)
{
    PositionsByTopic read;
    for (int row = 0; row < rows.rows(); ++row) {
        const std::string topic(rows.text(row, 0));
        TopicPositions& one = read[topic];
        const auto mark = [&](int column) { one.mark.append(rows.text(row, column)).append(" "); };
        if (one.mark.empty()) {
            one.schemaVersion = rows.number(row, 1);
            for (const int column : {1, 2, 3})
                mark(column);
        }
        if (rows.isNull(row, 4))
            continue;
        for (const int column : {4, 5, 6, 7, 8, 9})
            mark(column);
        if (rows.boolean(row, 9))
            one.offsets.push_back({topic,
                                   Generation(static_cast<std::int32_t>(rows.number(row, 4))),
                                   PartitionId(static_cast<std::int32_t>(rows.number(row, 5))),
                                   Offset(rows.number(row, 6))});
    }
    return read;
}

Result<void> preparePositions(postgres::Connection& session)
{
    const auto prepare = [&session]() -> Result<postgres::ResultSet> {
        if (auto sent = session.pipelinePrepare(preparedName, positionsSql); !sent)
            return sent.error();
        if (auto sent = session.pipelineSync(); !sent)
            return sent.error();
        return session.pipelineResult();
    };
    if (auto begun = session.pipelineBegin(); !begun)
        return begun;
    const auto prepared = prepare();
    const auto ended = session.pipelineEnd();
    if (!prepared)
        return prepared.error();
    return ended;
}

Result<PositionsByTopic> readPrepared(postgres::Connection& session,
                                      const std::vector<std::string>& topics)
{
    const std::string names = control::arrayText(topics);
    const auto run = [&]() -> Result<postgres::ResultSet> {
        const postgres::Param params[] = {names};
        if (auto sent = session.pipelineRun(preparedName, params); !sent)
            return sent.error();
        if (auto sent = session.pipelineSync(); !sent)
            return sent.error();
        return session.pipelineResult();
    };
    if (auto begun = session.pipelineBegin(); !begun)
        return begun.error();
    const auto rows = run();
    if (auto ended = session.pipelineEnd(); !ended)
        return ended.error();
    if (!rows)
        return rows.error();
    return positionsIn(*rows);
}

Result<PositionsByTopic> readPositions(postgres::Connection& session,
                                       const std::vector<std::string>& topics)
{
    const auto rows = session.query(positionsSql, {control::arrayText(topics)});
    if (!rows)
        return rows.error();
    return positionsIn(*rows);
}

} // namespace millrace::query
