// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/wall_watch.h"

#include "tests/harness/wait_until.h"

namespace millrace::integration {

namespace {

using std::chrono::milliseconds;

constexpr const char* canariesSql = R"sql(
INSERT INTO shop.orders (id, note) SELECT g, 'n' || g FROM generate_series(1, 1000) AS g;
INSERT INTO millrace.event (level, code, text) VALUES ('info', 'canary', 'canary');
INSERT INTO millrace.query_role (name, password) VALUES ('canary', 'canary')
    ON CONFLICT (is_only) DO UPDATE SET password = millrace.query_role.password || '-canary';
CREATE VIEW shop.canary AS SELECT secret FROM shop.private;
CREATE SEQUENCE shop.s;
COMMENT ON TABLE shop.private IS 'canary';
ANALYZE shop.private, shop.orders, internal_state.offsets;
)sql";

constexpr const char* traceSql = R"sql(
SELECT concat_ws(' ',
    (SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM shop.orders AS o),
    (SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM shop.private AS p),
    (SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM millrace.position AS p),
    (SELECT md5(string_agg(e::text, ',' ORDER BY e::text)) FROM millrace.event AS e),
    (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables),
    (SELECT count(*) FROM pg_class WHERE oid >= 16384), (SELECT count(*) FROM pg_proc),
    (SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM pg_authid AS r),
    (SELECT count(*) FROM pg_db_role_setting), (SELECT count(*) FROM pg_largeobject_metadata),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
    (SELECT last_value FROM shop.s), (SELECT count(*) FROM pg_replication_slots),
    (SELECT count(*) FROM pg_prepared_xacts))
)sql";

constexpr const char* stateSql = R"sql(
SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
    (SELECT count(*) FROM pg_prepared_statements),
    (SELECT count(*) FROM pg_cursors WHERE is_holdable),
    (SELECT count(*) FROM pg_listening_channels()),
    (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),
    (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings
     WHERE name NOT LIKE 'plpgsql.%'), current_user, session_user
)sql";

} // namespace

WallWatch::WallWatch(QuestionScene& scene, query::QueryLimits limits)
    : m_scene(scene)
    , m_limits(limits)
{
    m_scene.sql().run(canariesSql);
}

Ended WallWatch::run(const std::string& sql)
{
    if (!m_session || m_session->isBroken())
        m_session = std::make_unique<query::QuerySession>(m_scene.session());
    Ended ended;
    const SteadyTime begun = steadyNow();
    auto answer = m_session->ask(foreign(sql), m_limits, {});
    ended.text = textOf(answer);
    [[maybe_unused]] const bool usable = m_session->stop();
    ended.took = std::chrono::duration_cast<milliseconds>(steadyNow() - begun);
    if (m_session->isBroken())
        ended.lostPid = m_session->backendPid();
    const bool isRefusal = ended.text.starts_with("error: ");
    const bool isLate = ended.text.starts_with("error: the question took longer") ||
                        ended.text.starts_with("error: the question was cancelled in the server");
    if (isLate)
        ended.ending = Ending::Late;
    else if (!isRefusal || ended.lostPid != 0)
        ended.ending = Ending::Answered;
    return ended;
}

bool WallWatch::ends(int pid, std::chrono::milliseconds limit)
{
    const std::string id = std::to_string(pid);
    m_scene.sql().run("SELECT pg_terminate_backend(" + id + ")");
    return harness::waitUntil(limit, [&] {
        return m_scene.sql().number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + id) == 0;
    });
}

std::string WallWatch::sessionState()
{
    return run(stateSql).text;
}

std::string WallWatch::trace()
{
    m_scene.sql().run("SELECT pg_stat_force_next_flush()");
    return m_scene.sql().value(traceSql);
}

std::string WallWatch::backends()
{
    return m_scene.sql().value(
        "SELECT string_agg(concat_ws(' ', pid, state, wait_event, left(query, 200)), '|')"
        " FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND usename LIKE 'millrace_query%'");
}

} // namespace millrace::integration
