// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/control/topic.h"

namespace millrace::control {

namespace {

constexpr int lockTimeoutMs = 2'000;

Result<BegunGeneration> presentGeneration(postgres::Connection& connection,
                                          const std::string& topic)
{
    const auto rows = connection.query(
        "SELECT coalesce(max(generation), 0) FROM millrace.generation WHERE topic = $1", {topic});
    if (!rows)
        return rows.error();
    return BegunGeneration{Generation(static_cast<std::int32_t>(rows->number(0, 0))), false};
}

Result<void> lockTopicPositions(postgres::Connection& connection, const std::string& topic)
{
    const auto locked = connection.execute(
        "BEGIN ISOLATION LEVEL READ COMMITTED; " + std::string(followedByBatchSql) +
        "SET LOCAL lock_timeout = " + std::to_string(lockTimeoutMs) +
        "; SELECT 1 FROM millrace.position AS p WHERE p.topic = " + textLiteral(topic) +
        " ORDER BY p.generation, p.partition FOR UPDATE");
    return locked ? Result<void>() : Result<void>(locked.error());
}

/// True when the row is ours: the unique key decides between workers that lock nothing yet.
Result<bool> insertGeneration(postgres::Connection& connection, const NewGeneration& wanted)
{
    const auto made = connection.query(
        "INSERT INTO millrace.generation (topic, generation, cluster_id, topic_id, reason) "
        "VALUES ($1, $2::integer, $3, $4, $5) ON CONFLICT DO NOTHING",
        {wanted.topic, std::to_string(wanted.after.value + 1), storable(wanted.clusterId),
         storable(wanted.topicId), storable(wanted.reason)});
    if (!made)
        return made.error();
    return made->affected() == 1;
}

Result<void> fenceAndBegin(postgres::Connection& connection, const NewGeneration& wanted)
{
    const auto fenced = connection.query(
        "UPDATE millrace.position SET owner_epoch = owner_epoch + 1 WHERE topic = $1 "
        "AND generation = $2::integer",
        {wanted.topic, std::to_string(wanted.after.value)});
    if (!fenced)
        return fenced.error();
    std::vector<FirstSight> sights;
    for (const PartitionLow& partition : wanted.partitions)
        sights.push_back({partition.partition, partition.low, false});
    const Generation next(wanted.after.value + 1);
    if (auto made = insertPositions(connection, wanted.topic, next, sights); !made)
        return made.error();
    const auto committed = connection.execute("COMMIT");
    return committed ? Result<void>() : Result<void>(committed.error());
}

/// Inside the transaction; the caller rolls back unless the answer is the wanted one.
Result<BegunGeneration> beginLocked(postgres::Connection& connection, const NewGeneration& wanted)
{
    if (auto locked = lockTopicPositions(connection, wanted.topic); !locked)
        return locked.error();
    auto present = presentGeneration(connection, wanted.topic);
    if (!present || present->generation != wanted.after)
        return present;
    const auto ours = insertGeneration(connection, wanted);
    if (!ours)
        return ours.error();
    if (!*ours)
        return presentGeneration(connection, wanted.topic);
    if (auto done = fenceAndBegin(connection, wanted); !done)
        return done.error();
    return BegunGeneration{Generation(wanted.after.value + 1), true};
}

} // namespace

Result<BegunGeneration> beginGeneration(postgres::Connection& connection,
                                        const NewGeneration& wanted)
{
    auto generation = beginLocked(connection, wanted);
    connection.rollback();
    return generation;
}

} // namespace millrace::control
