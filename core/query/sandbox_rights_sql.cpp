// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_rights_sql.h"

#include "core/control/sql_value.h"
#include "core/query/function_rules.h"

namespace millrace::query {

namespace {

/// Rows: the hole, and what mends it. $1: names that people may call, $2: published tables.
/// What an extension brought is its administrator's choice, but for ways out to the network.
constexpr const char* rightsSql = R"sql(
WITH me AS (SELECT * FROM pg_catalog.pg_roles WHERE rolname = current_user),
space AS (
    SELECT oid, nspname FROM pg_catalog.pg_namespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'),
ours AS (
    SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e')
SELECT 'the role ' || quote_ident(rolname) || ' has the attribute ' || power,
       format('ALTER ROLE %I NO%s', rolname, power)
FROM me, LATERAL (VALUES (rolsuper, 'SUPERUSER'), (rolcreaterole, 'CREATEROLE'),
    (rolcreatedb, 'CREATEDB'), (rolreplication, 'REPLICATION'), (rolbypassrls, 'BYPASSRLS'))
    AS a(has, power) WHERE has
UNION ALL
SELECT 'the role is a member of ' || quote_ident(g.rolname),
       format('REVOKE %I FROM %I', g.rolname, me.rolname)
FROM me JOIN pg_catalog.pg_auth_members AS m ON m.member = me.oid
JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
UNION ALL
SELECT 'the role owns something in ' || coalesce(quote_ident(d.datname), 'the server'),
       format('REASSIGN OWNED BY %I TO CURRENT_USER', me.rolname)
FROM me JOIN pg_catalog.pg_shdepend AS s ON s.refobjid = me.oid AND s.deptype = 'o'
    AND s.refclassid = 'pg_catalog.pg_authid'::regclass
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
GROUP BY d.datname, me.rolname
UNION ALL
SELECT format('the role may create in the schema %I', nspname),
       format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %I', nspname, rolname)
FROM me, space WHERE has_schema_privilege(space.oid, 'CREATE')
UNION ALL
SELECT 'the role may create schemas',
       format('REVOKE CREATE ON DATABASE %I FROM PUBLIC, %I', current_database(), rolname)
FROM me WHERE has_database_privilege(current_database(), 'CREATE')
UNION ALL
SELECT format('the role may read %I.%I', nspname, c.relname),
       format('REVOKE ALL ON %I.%I FROM PUBLIC, %I', nspname, c.relname, rolname)
FROM me, space JOIN pg_catalog.pg_class AS c ON c.relnamespace = space.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_schema_privilege(space.oid, 'USAGE')
  AND NOT format('%I.%I', nspname, c.relname) = ANY ($2::text[])
  AND has_any_column_privilege(c.oid, 'SELECT')
  AND NOT (CAST('pg_catalog.pg_class' AS regclass), c.oid) IN (SELECT classid, objid FROM ours)
UNION ALL
SELECT format('the role may change %I.%I', nspname, c.relname),
       format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %I.%I '
              'FROM PUBLIC, %I',
              nspname, c.relname, rolname)
FROM me, space JOIN pg_catalog.pg_class AS c ON c.relnamespace = space.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_schema_privilege(space.oid, 'USAGE')
  AND (has_any_column_privilege(c.oid, 'INSERT, UPDATE, REFERENCES')
       OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER'))
UNION ALL
SELECT format('the role may use the sequence %I.%I', nspname, c.relname),
       format('REVOKE ALL ON SEQUENCE %I.%I FROM PUBLIC, %I', nspname, c.relname, rolname)
FROM me, space JOIN pg_catalog.pg_class AS c ON c.relnamespace = space.oid
WHERE has_schema_privilege(space.oid, 'USAGE')
  AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE, UPDATE') END
UNION ALL
SELECT format(CASE WHEN p.proname = ANY ($1::text[])
              THEN 'the function %I.%I(%s) bears a name that people may call'
              ELSE 'the function %I.%I(%s) runs with its owner''s rights' END,
              nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
       format('REVOKE EXECUTE ON ROUTINE %I.%I(%s) FROM PUBLIC, %I', nspname, p.proname,
              pg_get_function_identity_arguments(p.oid), rolname)
FROM me, space JOIN pg_catalog.pg_proc AS p ON p.pronamespace = space.oid
WHERE has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(space.oid, 'USAGE')
  AND (p.proname::text = ANY ($1::text[]) OR p.prosecdef
       AND NOT (CAST('pg_catalog.pg_proc' AS regclass), p.oid) IN (SELECT classid, objid FROM ours))
UNION ALL
SELECT format('the extension %I reaches other servers', e.extname),
       format('DROP EXTENSION %I', e.extname)
FROM pg_catalog.pg_extension AS e WHERE e.extname IN ('dblink')
UNION ALL
SELECT format('the role may use the foreign server %I', srvname),
       format('REVOKE USAGE ON FOREIGN SERVER %I FROM PUBLIC, %I', srvname, rolname)
FROM me, pg_catalog.pg_foreign_server AS f WHERE has_server_privilege(f.oid, 'USAGE')
UNION ALL
SELECT format('the role may use the untrusted language %I', lanname),
       format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC, %I', lanname, rolname)
FROM me, pg_catalog.pg_language AS l
WHERE NOT lanpltrusted AND lanname NOT IN ('c', 'internal')
  AND has_language_privilege(l.oid, 'USAGE')
)sql";

} // namespace

Result<void> checkRights(postgres::Connection& session,
                         const std::vector<schema::QualifiedName>& published, SandboxReport& report)
{
    std::vector<std::string> callable;
    for (const FunctionRule& rule : functionRules())
        callable.emplace_back(rule.name);
    std::string tables = "'millrace.seen'";
    for (const schema::QualifiedName& table : published)
        tables += ",pg_catalog.format('%I.%I', " + schema::literal(table.schema) + ", " +
                  schema::literal(table.name) + ")";
    std::string sql = rightsSql;
    const std::string mark = "$2::text[]";
    sql.replace(sql.find(mark), mark.size(), "ARRAY[" + tables + "]::text[]");
    const auto rows = session.query(sql, {control::arrayText(callable)});
    if (!rows)
        return rows.error();
    for (int row = 0; row < rows->rows(); ++row) {
        if (report.holes.size() == 1 && report.holes.front().ends_with(" SUPERUSER"))
            return {}; // all else follows from it
        report.holes.emplace_back(rows->text(row, 0));
        report.mend.emplace_back(rows->text(row, 1));
    }
    return {};
}

} // namespace millrace::query
