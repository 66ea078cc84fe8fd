// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/control/control_database.h"

#include "core/control/migration.h"
#include "tests/harness/harness_error.h"

#include <latch>
#include <thread>

namespace millrace::tests {

std::string controlDatabase()
{
    const std::string database = testCluster().createDatabase();
    auto session = openSession(database);
    if (auto done = control::migrate(session); !done)
        throw harness::HarnessError(describe(done.error()));
    return database;
}

void inThreads(int count, const std::string& database,
               const std::function<void(int, postgres::Connection&)>& work)
{
    std::latch ready(count);
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            auto session =
                openSession(database, {.applicationName = "millrace/test/" + std::to_string(i)});
            ready.arrive_and_wait();
            work(i, session);
        });
    }
}

void makeTopic(postgres::Connection& session, const std::string& topic, int partitions,
               std::int64_t low)
{
    const std::vector<std::string> topics{topic};
    control::NewGeneration first;
    first.topic = topic;
    first.reason = "first";
    for (int i = 0; i < partitions; ++i)
        first.partitions.push_back({PartitionId(i), Offset(low)});
    const auto inserted = control::insertTopics(session, topics);
    const auto begun = control::beginGeneration(session, first);
    if (!inserted || !begun)
        throw harness::HarnessError("no topic " + topic);
}

std::vector<control::PositionKey> keysOf(const std::string& topic, int partitions)
{
    std::vector<control::PositionKey> keys;
    for (int i = 0; i < partitions; ++i)
        keys.push_back({topic, Generation(1), PartitionId(i)});
    return keys;
}

} // namespace millrace::tests
