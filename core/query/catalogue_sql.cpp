// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/catalogue.h"
#include "core/schema/names.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace millrace::query {

namespace {

constexpr std::uint32_t int4Oid = 23;

/// Keys as the column map stores them: a JSON array of texts.
schema::Path pathOf(std::string_view text)
{
    schema::Path path;
    const auto keys = nlohmann::json::parse(text, nullptr, false);
    if (!keys.is_array())
        return path;
    for (const auto& key : keys)
        path.push_back(key.is_string() ? key.get<std::string>() : key.dump());
    return path;
}

std::optional<SourceColumn> columnAt(const postgres::ResultSet& rows, int row)
{
    const Oid type(static_cast<std::uint32_t>(rows.number(row, 7)));
    const auto known = type.value == int4Oid ? std::optional(schema::ColumnType::BigInt)
                                             : schema::columnTypeOfOid(type);
    const bool isMapped = !rows.isNull(row, 8);
    const std::string_view name = rows.text(row, 5);
    if (!known || !(isMapped || schema::isReservedColumn(name)))
        return std::nullopt;
    SourceColumn column{std::string(name), *known, std::string(rows.text(row, 6)), {}, {}};
    if (isMapped) {
        column.path = pathOf(rows.text(row, 8));
        column.since = rows.text(row, 9);
    }
    return column;
}

/// To a power of two: a catalogue is the same while its tables grow a little.
double steppedUp(double rows)
{
    constexpr double least = 1'024;
    return std::exp2(std::ceil(std::log2(std::max(rows + 1, least))));
}

PartitionFacts partitionAt(const postgres::ResultSet& rows, int row)
{
    return {Generation(static_cast<std::int32_t>(rows.number(row, 0))),
            PartitionId(static_cast<std::int32_t>(rows.number(row, 1))),
            Offset(rows.number(row, 2)),
            rows.number(row, 3),
            rows.number(row, 4),
            std::string(rows.text(row, 5))};
}

constexpr const char* tablesSql = R"sql(
SELECT t.topic, n.nspname, c.relname, c.oid,
       coalesce((SELECT max(s.id) FROM millrace.schema_change AS s WHERE s.topic = t.topic), 0),
       a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid, m.path,
       to_char(m.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       greatest(w.rows, c.reltuples)
FROM millrace.topic AS t
LEFT JOIN (SELECT p.topic, sum(p.rows) AS rows FROM millrace.position AS p GROUP BY p.topic) AS w
    ON w.topic = t.topic
JOIN pg_catalog.pg_class AS c ON c.oid = t.table_oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $1
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN millrace.column_map AS m ON m.topic = t.topic AND m.column_name = a.attname::text
ORDER BY c.relname COLLATE "C", a.attnum
)sql";

constexpr const char* factsSql = R"sql(
SELECT to_char(max(p.committed_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       coalesce(sum(p.rows), 0)::bigint, coalesce(sum(p.dead), 0)::bigint,
       t.contract, t.state, t.reason
FROM millrace.topic AS t LEFT JOIN millrace.position AS p ON p.topic = t.topic
WHERE t.topic = $1 GROUP BY t.topic
)sql";

} // namespace

Result<Catalogue> loadCatalogue(postgres::Connection& session, const std::string& dataSchema)
{
    const auto rows = session.query(tablesSql, {dataSchema});
    if (!rows)
        return rows.error();
    std::vector<SourceTable> tables;
    for (int row = 0; row < rows->rows(); ++row) {
        const std::string_view topic = rows->text(row, 0);
        if (tables.empty() || tables.back().topic != topic) {
            SourceTable& table = tables.emplace_back();
            table.topic = topic;
            table.name = {std::string(rows->text(row, 1)), std::string(rows->text(row, 2))};
            table.oid = Oid(static_cast<std::uint32_t>(rows->number(row, 3)));
            table.schemaVersion = rows->number(row, 4);
            table.rowsMost = steppedUp(rows->real(row, 10));
        }
        if (auto column = columnAt(*rows, row))
            tables.back().columns.push_back(std::move(*column));
    }
    return Catalogue(std::move(tables));
}

Result<TableFacts> loadTableFacts(postgres::Connection& session, const std::string& topic)
{
    const auto sums = session.query(factsSql, {topic});
    if (!sums)
        return sums.error();
    if (sums->rows() == 0)
        return Error{Scope::Batch, Code::NotFound,
                     "there is no topic \"" + control::storable(topic) + "\"", ""};
    const auto partitions = session.query(
        "SELECT generation, partition, next_offset, rows, dead, state FROM millrace.position "
        "WHERE topic = $1 ORDER BY generation, partition",
        {topic});
    if (!partitions)
        return partitions.error();
    TableFacts facts;
    if (!sums->isNull(0, 0))
        facts.committedAt = std::string(sums->text(0, 0));
    facts.rows = sums->number(0, 1);
    facts.dead = sums->number(0, 2);
    facts.contract = sums->text(0, 3);
    facts.state = sums->text(0, 4);
    facts.reason = sums->text(0, 5);
    for (int row = 0; row < partitions->rows(); ++row)
        facts.partitions.push_back(partitionAt(*partitions, row));
    return facts;
}

} // namespace millrace::query
