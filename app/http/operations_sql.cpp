// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/operations_sql.h"

#include "core/control/lock_key.h"
#include "core/control/sql_value.h"
#include "core/control/topic.h"

namespace millrace::http {

namespace {

using control::storable;
using postgres::Connection;
using postgres::Param;

Param orNull(const std::string& text)
{
    return text.empty() ? Param(std::nullopt) : Param(text);
}

Result<std::optional<std::string>> oneText(Connection& session, const std::string& sql,
                                           std::initializer_list<Param> params)
{
    const auto rows = session.query(sql, params);
    if (!rows) {
        Error error = rows.error();
        if (error.origin.starts_with("22")) // a time, a number: what the caller wrote
            error = {Scope::Batch, Code::InvalidInput,
                     "a time is written 2026-11-25T12:00:00Z, a cursor as \"next\" gave it", ""};
        return error;
    }
    if (rows->rows() == 0 || rows->isNull(0, 0))
        return std::optional<std::string>();
    return std::optional<std::string>(rows->text(0, 0));
}

Result<std::string> text(Connection& session, const std::string& sql,
                         std::initializer_list<Param> params = {})
{
    auto found = oneText(session, sql, params);
    if (!found)
        return found.error();
    return found->value_or("null");
}

/// A timestamptz of `column` in RFC 3339.
std::string rfc3339(const std::string& column)
{
    return "to_char(" + column + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
}

std::string topicObject()
{
    return "json_build_object('topic', s.topic, 'table', s.table_name, 'wanted', s.wanted, "
           "'state', s.state, 'reason', s.reason, 'contract', s.contract, 'generation', "
           "s.generation, 'partitions', s.partitions, 'stopped_partitions', s.stopped_partitions, "
           "'lag', s.lag, 'lag_seconds', s.lag_s, 'rows_per_second', s.rows_per_s, "
           "'rows', s.rows, 'dead', s.dead, 'skipped', s.skipped, 'gap', s.gap, 'holes', s.holes, "
           "'served', s.served, 'bytes', s.bytes, 'balanced', s.balanced, 'committed_at', " +
           rfc3339("s.committed_at") + ", 'discovered_at', " + rfc3339("s.discovered_at") + ")";
}

} // namespace

Result<std::string> topicsJson(Connection& session)
{
    return text(session, "SELECT coalesce(json_agg(" + topicObject() +
                             " ORDER BY s.topic), '[]') FROM millrace.topic_status AS s");
}

Result<std::optional<std::string>> topicJson(Connection& session, const std::string& topic)
{
    return oneText(session,
                   "SELECT " + topicObject() +
                       " FROM millrace.topic_status AS s "
                       "WHERE s.topic = $1",
                   {storable(topic)});
}

Result<void> stateWanted(Connection& session, const std::string& topic, const TopicWish& wish)
{
    if (auto begun = session.execute("BEGIN"); !begun)
        return begun.error();
    if (wish.contract) {
        if (auto done = control::setContract(session, topic, *wish.contract); !done)
            return done;
    }
    if (wish.pause) {
        if (auto done = control::setWanted(session, topic, *wish.pause); !done)
            return done;
    }
    auto committed = session.execute("COMMIT");
    return committed ? Result<void>() : Result<void>(committed.error());
}

Result<std::string> schemaChangesJson(Connection& session, const std::string& topic,
                                      const Page& page)
{
    const std::string name = storable(topic);
    const std::string limit = std::to_string(page.limit);
    return text(session,
                "WITH page AS (SELECT c.* FROM millrace.schema_change AS c WHERE ($1::text IS NULL "
                "OR c.topic = $1::text OR c.table_name = $1::text) AND ($2::bigint IS NULL "
                "OR c.id < $2::bigint) ORDER BY c.id DESC LIMIT $3::bigint) "
                "SELECT json_build_object('schema_changes', coalesce(json_agg(json_build_object("
                "'id', c.id, 'at', " +
                    rfc3339("c.at") +
                    ", 'topic', c.topic, 'table', c.table_name, 'column', c.column_name, "
                    "'change', c.change, 'before', c.before, 'after', c.after, 'duration_ms', "
                    "c.duration_ms, 'partition', c.partition, 'offset', c.record_offset) "
                    "ORDER BY c.id DESC), '[]'), 'next', CASE WHEN count(*) = $3::bigint "
                    "THEN min(c.id)::text END) FROM page AS c",
                {orNull(name), orNull(page.after), limit});
}

Result<std::string> deadLettersJson(Connection& session, const LetterFilter& filter,
                                    const Page& page)
{
    const std::string topic = storable(filter.topic);
    const std::string limit = std::to_string(page.limit);
    return text(
        session,
        "WITH page AS (SELECT l.* FROM millrace.dead_letter AS l WHERE ($1::text IS NULL OR "
        "l.topic = $1::text) AND ($2::text IS NULL OR l.class = $2::text) AND ($3::text IS NULL OR "
        "l.state = $3::text) AND ($4::timestamptz IS NULL OR l.at >= $4::timestamptz) AND "
        "($5::timestamptz IS NULL OR l.at < $5::timestamptz) AND ($6::json IS NULL OR (l.topic, "
        "l.generation, l.partition, l.record_offset) > (($6::json ->> 0) COLLATE \"C\", "
        "($6::json ->> 1)::integer, ($6::json ->> 2)::integer, ($6::json ->> 3)::bigint)) "
        "ORDER BY l.topic, l.generation, l.partition, l.record_offset LIMIT $7::bigint) "
        "SELECT json_build_object('dead_letters', coalesce(json_agg(json_build_object("
        "'topic', l.topic, 'generation', l.generation, 'partition', l.partition, 'offset', "
        "l.record_offset, 'class', l.class, 'reason', l.reason, 'column', l.column_name, "
        "'state', l.state, 'note', l.note, 'at', " +
            rfc3339("l.at") + ", 'record_time', " + rfc3339("l.record_time") +
            ", 'value_size', l.value_size, 'value_base64', "
            "replace(encode(substring(l.value FROM 1 FOR 4096), 'base64'), E'\\n', ''), "
            "'key_base64', replace(encode(substring(l.key FROM 1 FOR 1024), 'base64'), E'\\n', "
            "'')) "
            "ORDER BY l.topic, l.generation, l.partition, l.record_offset), '[]'), 'next', "
            "CASE WHEN count(*) = $7::bigint THEN (SELECT json_build_array(n.topic, n.generation, "
            "n.partition, n.record_offset)::text FROM page AS n ORDER BY n.topic DESC, "
            "n.generation DESC, n.partition DESC, n.record_offset DESC LIMIT 1) END) "
            "FROM page AS l",
        {orNull(topic), orNull(filter.deadClass), orNull(filter.state), orNull(filter.from),
         orNull(filter.to), orNull(page.after), limit});
}

Result<std::optional<std::string>> jobJson(Connection& session, std::int64_t id)
{
    return oneText(session,
                   "SELECT json_build_object('id', j.id, 'kind', j.kind, 'wanted', j.wanted, "
                   "'state', j.state, 'arguments', j.arguments, 'result', j.result, 'done', "
                   "j.done, 'total', j.total, 'error', j.error, 'requested_at', " +
                       rfc3339("j.requested_at") + ", 'beat_at', " + rfc3339("j.beat_at") +
                       ", 'live_workers', (SELECT count(*) FROM millrace.worker AS w "
                       "WHERE w.beat_at > now() - interval '10 seconds')) "
                       "FROM millrace.job AS j WHERE j.id = $1::bigint",
                   {std::to_string(id)});
}

Result<std::int64_t> insertJob(Connection& session, std::string_view kind, const std::string& topic,
                               const std::string& argumentsJson)
{
    auto begun = session.execute("BEGIN; SELECT pg_catalog.pg_advisory_xact_lock(" +
                                 std::to_string(control::lockKey(control::LockKind::Jobs)) + ")");
    if (!begun)
        return begun.error();
    const auto rows = session.query(
        "WITH open AS (SELECT j.id FROM millrace.job AS j WHERE j.state IN ('queued', 'running') "
        "AND j.wanted = 'run' AND j.kind = $1 AND j.arguments = $2::jsonb LIMIT 1), "
        "made AS (INSERT INTO millrace.job (kind, arguments) SELECT $1, $2::jsonb "
        "WHERE NOT EXISTS (SELECT FROM open) AND EXISTS (SELECT FROM millrace.topic AS t "
        "WHERE t.topic = $3) RETURNING id) SELECT id FROM open UNION ALL SELECT id FROM made",
        {kind, argumentsJson, storable(topic)});
    if (!rows)
        return rows.error();
    if (rows->rows() == 0)
        return Error{Scope::Batch, Code::NotFound, "there is no such topic", ""};
    const std::int64_t id = rows->number(0, 0);
    auto committed = session.execute("COMMIT");
    if (!committed)
        return committed.error();
    return id;
}

Result<void> cancelJob(Connection& session, std::int64_t id)
{
    const auto done = session.query("UPDATE millrace.job AS j SET wanted = 'cancel' WHERE j.id = "
                                    "$1::bigint AND j.state IN ('queued', 'running')",
                                    {std::to_string(id)});
    return done ? Result<void>() : Result<void>(done.error());
}

} // namespace millrace::http
