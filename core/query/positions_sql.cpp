// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/positions.h"

namespace millrace::query {

const char* const positionsSql =
    "SELECT s.topic, s.schema_version, s.table_oid, s.table_mark, s.generation, s.partition, "
    "s.next_offset, s.rows, s.dead, s.is_current FROM millrace.seen AS s "
    "WHERE s.topic = ANY ($1::pg_catalog.text[] COLLATE pg_catalog.\"C\") "
    "ORDER BY s.topic, s.generation, s.partition";

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

Result<PositionsByTopic> readPositions(postgres::Connection& session,
                                       const std::vector<std::string>& topics)
{
    const auto rows = session.query(positionsSql, {control::arrayText(topics)});
    if (!rows)
        return rows.error();
    return positionsIn(*rows);
}

} // namespace millrace::query
