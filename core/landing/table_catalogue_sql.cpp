// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_catalogue_sql.h"

#include "core/control/sql_value.h"

namespace millrace::landing {

namespace {

Oid oidAt(const postgres::ResultSet& rows, int row, int column)
{
    return Oid(static_cast<std::uint32_t>(rows.number(row, column)));
}

constexpr const char* youngestAttribute =
    "(SELECT max(a.xmin::text::bigint) FROM pg_catalog.pg_attribute AS a "
    "WHERE a.attrelid = c.oid AND a.attnum > 0)";

} // namespace

Result<TableFacts> readTableFacts(postgres::Connection& connection, const std::string& topic)
{
    const auto rows = connection.query(
        std::string("SELECT t.table_name, t.table_oid, t.layout, t.contract, t.naming, c.oid, "
                    "n.nspname, c.relname, c.xmin::text, c.relfilenode::text, ") +
            youngestAttribute +
            "::text, c.relkind = 'r', "
            "(SELECT max(a.attnum) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid) "
            "FROM millrace.topic AS t LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.table_oid "
            "LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE t.topic = $1",
        {topic});
    if (!rows)
        return rows.error();
    if (rows->rows() == 0)
        return Error{Scope::Batch, Code::NotFound, "the topic has no row in millrace.topic",
                     "topic " + topic};
    TableFacts facts;
    control::TopicRow& row = facts.state.topic;
    row.topic = topic;
    row.table = rows->text(0, 0);
    row.layout = rows->number(0, 2);
    row.contract = schema::contractOf(rows->text(0, 3)).value_or(schema::Contract::Evolve);
    row.naming = schema::namingOf(rows->text(0, 4)).value_or(schema::Naming::Snake);
    if (rows->isNull(0, 1))
        return facts;
    row.tableOid = oidAt(*rows, 0, 1);
    if (rows->isNull(0, 5))
        return Error{Scope::Batch, Code::UserRule,
                     "the table " + row.table + " is gone: somebody dropped it", "topic " + topic};
    facts.state.table = {std::string(rows->text(0, 6)), std::string(rows->text(0, 7))};
    facts.state.layout = {*row.tableOid, std::string(rows->text(0, 8)),
                          std::string(rows->text(0, 9)), std::string(rows->text(0, 10))};
    facts.isPlain = rows->boolean(0, 11);
    facts.attributesUsed = static_cast<int>(rows->number(0, 12));
    return facts;
}

Result<std::int64_t> readTableBytes(postgres::Connection& connection, Oid table)
{
    const auto rows =
        connection.query("SELECT coalesce(pg_catalog.pg_table_size($1::oid::regclass), 0)",
                         {std::to_string(table.value)});
    if (!rows)
        return rows.error();
    return rows->number(0, 0);
}

Result<std::vector<Attribute>> readAttributes(postgres::Connection& connection, Oid table)
{
    const auto rows = connection.query(
        "SELECT a.attname, a.atttypid, a.atttypmod <> -1 OR a.attgenerated <> '' OR "
        "a.attidentity <> '', EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid = "
        "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid "
        "AND d.refobjsubid = a.attnum), pg_catalog.col_description(a.attrelid, a.attnum) "
        "FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = $1::oid AND a.attnum > 0 "
        "AND NOT a.attisdropped ORDER BY a.attnum",
        {std::to_string(table.value)});
    if (!rows)
        return rows.error();
    std::vector<Attribute> attributes;
    for (int row = 0; row < rows->rows(); ++row)
        attributes.push_back({std::string(rows->text(row, 0)), oidAt(*rows, row, 1),
                              rows->boolean(row, 2), rows->boolean(row, 3),
                              std::string(rows->text(row, 4))});
    return attributes;
}

std::string layoutsSql(std::span<const Oid> tables)
{
    std::string list;
    for (const Oid table : tables)
        list += (list.empty() ? "" : ",") + std::to_string(table.value);
    return std::string("SELECT c.oid, c.xmin::text, c.relfilenode::text, ") + youngestAttribute +
           "::text FROM pg_catalog.pg_class AS c WHERE c.oid = ANY ('{" + list +
           "}'::oid[]) ORDER BY c.oid";
}

std::vector<Layout> readLayouts(const postgres::ResultSet& rows)
{
    std::vector<Layout> layouts;
    for (int row = 0; row < rows.rows(); ++row)
        layouts.push_back({oidAt(rows, row, 0), std::string(rows.text(row, 1)),
                           std::string(rows.text(row, 2)), std::string(rows.text(row, 3))});
    return layouts;
}

std::string retypeColumnSql(const std::string& topic, const std::string& column,
                            schema::ColumnType type)
{
    return "UPDATE millrace.column_map SET type = " + schema::literal(schema::sqlName(type)) +
           " WHERE topic = " + control::textLiteral(topic) +
           " AND column_name = " + control::textLiteral(column) + ";\n";
}

} // namespace millrace::landing
