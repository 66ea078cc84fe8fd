// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/control/topic.h"

#include <array>

namespace millrace::control {

namespace {

constexpr std::array<std::string_view, 3> stateNames{"running", "paused", "halted"};

TopicState stateOf(std::string_view name)
{
    const auto found = std::find(stateNames.begin(), stateNames.end(), name);
    return found == stateNames.end() ? TopicState::Halted
                                     : static_cast<TopicState>(found - stateNames.begin());
}

TopicRow topicAt(const postgres::ResultSet& rows, int row)
{
    TopicRow topic;
    topic.topic = rows.text(row, 0);
    topic.table = rows.text(row, 1);
    if (!rows.isNull(row, 2))
        topic.tableOid = Oid(static_cast<std::uint32_t>(rows.number(row, 2)));
    topic.layout = rows.number(row, 3);
    topic.contract = schema::contractOf(rows.text(row, 4)).value_or(schema::Contract::Evolve);
    topic.naming = schema::namingOf(rows.text(row, 5)).value_or(schema::Naming::Snake);
    topic.wantedPause = rows.text(row, 6) == "pause";
    topic.state = stateOf(rows.text(row, 7));
    topic.reason = rows.text(row, 8);
    topic.generation = Generation(static_cast<std::int32_t>(rows.number(row, 9)));
    topic.clusterId = rows.text(row, 10);
    topic.topicId = rows.text(row, 11);
    return topic;
}

Result<void> requireOne(const Result<postgres::ResultSet>& done, const std::string& topic)
{
    if (!done)
        return done.error();
    if (done->affected() == 1)
        return {};
    return Error{Scope::Batch, Code::NotFound, "there is no topic \"" + storable(topic) + "\"",
                 "topic " + storable(topic)};
}

} // namespace

std::string_view topicStateName(TopicState state) noexcept
{
    return stateNames[static_cast<std::size_t>(state)];
}

Result<std::vector<TopicRow>> loadTopics(postgres::Connection& connection)
{
    const auto rows = connection.query(
        "SELECT t.topic, t.table_name, t.table_oid, t.layout, t.contract, t.naming, t.wanted, "
        "t.state, t.reason, g.generation, g.cluster_id, g.topic_id FROM millrace.topic AS t "
        "LEFT JOIN (SELECT DISTINCT ON (topic) topic, generation, cluster_id, topic_id "
        "FROM millrace.generation ORDER BY topic, generation DESC) AS g ON g.topic = t.topic "
        "ORDER BY t.topic");
    if (!rows)
        return rows.error();
    std::vector<TopicRow> topics;
    for (int row = 0; row < rows->rows(); ++row)
        topics.push_back(topicAt(*rows, row));
    return topics;
}

Result<std::vector<std::string>> insertTopics(postgres::Connection& connection,
                                              std::span<const std::string> topics)
{
    if (topics.empty())
        return std::vector<std::string>();
    const auto rows = connection.query(
        "INSERT INTO millrace.topic (topic) SELECT DISTINCT n.name COLLATE \"C\" AS name "
        "FROM unnest($1::text[]) AS n (name) WHERE NOT EXISTS (SELECT FROM millrace.topic AS t "
        "WHERE t.topic = n.name COLLATE \"C\") ORDER BY name ON CONFLICT DO NOTHING "
        "RETURNING topic",
        {arrayText(topics)});
    if (!rows)
        return rows.error();
    std::vector<std::string> added;
    for (int row = 0; row < rows->rows(); ++row)
        added.emplace_back(rows->text(row, 0));
    return added;
}

Result<void> setWanted(postgres::Connection& connection, const std::string& topic, bool pause)
{
    return requireOne(connection.query("UPDATE millrace.topic SET wanted = $2 WHERE topic = $1",
                                       {topic, pause ? "pause" : "run"}),
                      topic);
}

Result<void> setContract(postgres::Connection& connection, const std::string& topic,
                         schema::Contract contract)
{
    return requireOne(connection.query("UPDATE millrace.topic SET contract = $2 WHERE topic = $1",
                                       {topic, schema::contractName(contract)}),
                      topic);
}

Result<bool> setTopicState(postgres::Connection& connection, const std::string& topic,
                           TopicState state, const std::string& reason)
{
    const auto rows = connection.query(
        "WITH before AS (SELECT state, reason FROM millrace.topic WHERE topic = $1 "
        "FOR UPDATE), changed AS (UPDATE millrace.topic AS t SET state = $2, reason = $3 "
        "FROM before AS b WHERE t.topic = $1 AND (b.state, b.reason) IS DISTINCT FROM ($2, $3) "
        "AND (b.state <> 'halted' OR $2 = 'halted') RETURNING b.state <> $2 AS moved), "
        "told AS (INSERT INTO millrace.event (level, code, topic, text) SELECT CASE $2 "
        "WHEN 'halted' THEN 'alarm' WHEN 'paused' THEN 'warning' ELSE 'info' END, "
        "'topic_' || $2, $1, CASE WHEN $3 = '' THEN 'the topic is ' || $2 "
        "ELSE $3 END FROM changed AS c WHERE c.moved) "
        "SELECT coalesce(bool_or(c.moved), false) FROM changed AS c",
        {topic, topicStateName(state), storable(reason)});
    if (!rows)
        return rows.error();
    return rows->boolean(0, 0);
}

Result<void> tellPaused(postgres::Connection& connection, const std::string& topic,
                        std::chrono::milliseconds lockTimeout)
{
    const std::string name = textLiteral(topic);
    const std::string due = "t.topic = " + name +
                            " AND t.wanted = 'pause' AND t.state <> 'halted' AND (t.state, "
                            "t.reason) IS DISTINCT FROM ('paused', 'paused as wanted')";
    const auto told = connection.execute(
        "BEGIN; SET LOCAL lock_timeout = " + std::to_string(lockTimeout.count()) +
        "; SELECT FROM millrace.topic AS t WHERE " + due +
        " FOR NO KEY UPDATE; SELECT FROM millrace.position AS p WHERE p.topic = " + name +
        " ORDER BY p.generation, p.partition FOR UPDATE; UPDATE millrace.position AS p "
        "SET owner_epoch = p.owner_epoch + 1, epoch_at_progress = p.epoch_at_progress + 1 "
        "FROM millrace.topic AS t WHERE p.topic = t.topic AND " +
        due +
        "; WITH moved AS (UPDATE millrace.topic AS t SET state = 'paused', reason = "
        "'paused as wanted' WHERE " +
        due +
        " RETURNING t.topic) INSERT INTO millrace.event (level, code, topic, text) "
        "SELECT 'info', 'topic_paused', m.topic, 'paused as wanted' FROM moved AS m; COMMIT");
    if (!told)
        connection.rollback();
    return told ? Result<void>() : Result<void>(told.error());
}

} // namespace millrace::control
