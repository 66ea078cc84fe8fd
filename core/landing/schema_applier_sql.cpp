// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/schema_applier_sql.h"

#include "core/base/text.h"
#include "core/control/sql_value.h"

namespace millrace::landing {

namespace {

using schema::literal;
using schema::quoted;

std::string pathText(const schema::Path& path)
{
    std::string text = "[";
    for (const std::string& key : path) {
        text += text.size() > 1 ? "," : "";
        appendJsonString(text, key);
    }
    return text + "]";
}

std::string columnSql(const schema::Column& column)
{
    return schema::quoted(column.name) + " " + std::string(schema::sqlName(column.type));
}

Result<bool> readBoolean(const Result<postgres::ResultSet>& rows)
{
    if (!rows)
        return rows.error();
    return rows->boolean(0, 0);
}

} // namespace

std::string beginDdlSql(std::chrono::milliseconds lockTimeout)
{
    return "BEGIN ISOLATION LEVEL READ COMMITTED; " + std::string(control::followedByBatchSql) +
           "SET LOCAL lock_timeout = '" + std::to_string(lockTimeout.count()) + "ms'";
}

std::string beginPatientDdlSql(std::chrono::milliseconds extra)
{
    return "BEGIN ISOLATION LEVEL READ COMMITTED; " + std::string(control::followedByBatchSql) +
           "SELECT pg_catalog.set_config('lock_timeout', (setting::bigint + " +
           std::to_string(extra.count()) +
           ")::text, true) FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'";
}

Result<bool> tryLock(postgres::Connection& connection, std::int64_t key)
{
    return readBoolean(connection.query("SELECT pg_catalog.pg_try_advisory_xact_lock($1::bigint)",
                                        {std::to_string(key)}));
}

Result<bool> isNameTaken(postgres::Connection& connection, const std::string& dataSchema,
                         const std::string& topic, std::string_view name)
{
    return readBoolean(connection.query(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
        "ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2) OR EXISTS (SELECT FROM "
        "pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace "
        "WHERE n.nspname = $1 AND t.typname = $2) OR EXISTS (SELECT FROM millrace.topic AS o "
        "WHERE o.table_name = $2 AND o.topic <> $3)",
        {dataSchema, name, topic}));
}

Result<void> makeDataSchema(postgres::Connection& connection, const std::string& dataSchema)
{
    const auto exists = readBoolean(connection.query(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)", {dataSchema}));
    if (!exists)
        return exists.error();
    if (*exists)
        return {};
    const auto made = connection.execute("CREATE SCHEMA " + schema::quoted(dataSchema));
    return made ? Result<void>() : Result<void>(made.error());
}

std::string createTableSql(const schema::QualifiedName& table, const std::string& topic,
                           std::span<const schema::Column> columns, bool brinIndex)
{
    const std::string name = schema::quoted(table);
    std::string sql =
        "CREATE TABLE " + name +
        " (_partition integer, _generation integer, _offset bigint, _time timestamptz, "
        "_ingested timestamptz DEFAULT now(), _key text, _headers jsonb, _more jsonb";
    for (const schema::Column& column : columns)
        sql += ", " + columnSql(column);
    sql += ")";
    sql += ";\nCOMMENT ON TABLE " + name + " IS " +
           control::textLiteral("Kafka topic " + topic + ", written by Millrace");
    if (brinIndex)
        sql += ";\nCREATE INDEX ON " + name + " USING brin (_time, _partition, _offset)";
    return sql;
}

std::string alterClause(const schema::Change& change)
{
    if (const auto* added = std::get_if<schema::AddColumn>(&change))
        return "ADD COLUMN " + columnSql(added->column);
    const auto* wider = std::get_if<schema::WidenColumn>(&change);
    if (wider == nullptr)
        return {};
    const std::string name = schema::quoted(wider->column);
    const std::string type(schema::sqlName(wider->to));
    // A double's shortest text is its exact decimal value here (Kind::Double); its cast is not.
    const bool throughText = wider->from == schema::ColumnType::Double;
    return "ALTER COLUMN " + name + " TYPE " + type + " USING " + name +
           (throughText ? "::text::" : "::") + type;
}

std::string alterTableSql(const schema::QualifiedName& table, const std::string& clauses)
{
    return "ALTER TABLE " + schema::quoted(table) + " " + clauses;
}

std::string commentColumnSql(const schema::QualifiedName& table, const schema::Column& column)
{
    return "COMMENT ON COLUMN " + schema::quoted(table) + "." + schema::quoted(column.name) +
           " IS " + literal(schema::displayPath(column.path));
}

Result<std::int64_t> countForeignSnapshots(postgres::Connection& connection)
{
    const auto rows = connection.execute(
        "SELECT count(*) FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = (SELECT d.oid "
        "FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) "
        "AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_xmin IS NOT NULL "
        "AND a.backend_type = 'client backend' AND NOT (a.usename = current_user "
        "AND a.application_name LIKE 'millrace/%' AND (a.backend_xid IS NOT NULL OR "
        "a.application_name LIKE '%/caretaker'))");
    if (!rows)
        return rows.error();
    return rows->front().number(0, 0);
}

Result<bool> isOverflowTold(postgres::Connection& connection, const std::string& topic,
                            const schema::Path& path)
{
    return readBoolean(connection.query(
        "SELECT EXISTS (SELECT FROM millrace.schema_change AS s WHERE s.topic = $1 "
        "AND s.change = 'overflow' AND s.before::jsonb - (-1) = $2::jsonb - (-1))",
        {topic, pathText(path)}));
}

} // namespace millrace::landing
