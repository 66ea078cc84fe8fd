// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/landing_scene.h"

#include "core/control/migration.h"
#include "core/control/topic.h"

#include <stdexcept>

namespace millrace::tests {

namespace {

template<class T>
T required(Result<T> result)
{
    if (!result)
        throw std::runtime_error(describe(result.error()));
    return std::move(*result);
}

void required(const Result<void>& result)
{
    if (!result)
        throw std::runtime_error(describe(result.error()));
}

} // namespace

harness::PostgresCluster& LandingScene::cluster()
{
    static const auto one = [] {
        auto made = std::make_unique<harness::PostgresCluster>(
            harness::ClusterOptions{.settings = {{"max_prepared_transactions", "0"}}});
        made->start();
        return made;
    }();
    return *one;
}

LandingScene::LandingScene()
    : LandingScene(cluster().createDatabase())
{
}

LandingScene::LandingScene(std::string database)
    : sql(database)
    , m_database(std::move(database))
{
    settings.instance = "test";
    auto connection = connect();
    required(control::migrate(connection));
}

postgres::Connection LandingScene::connect(const std::string& lane) const
{
    postgres::ConnectOptions options;
    options.applicationName = "millrace/test/" + lane;
    return required(postgres::Connection::open({m_database}, options));
}

std::unique_ptr<harness::SqlClient> LandingScene::client() const
{
    return std::make_unique<harness::SqlClient>(m_database);
}

void LandingScene::makeTopic(const std::string& topic, int partitions)
{
    auto connection = connect();
    required(control::insertTopics(connection, std::span(&topic, 1)));
    control::NewGeneration first{topic, Generation(0), "", "", "first", {}};
    for (int partition = 0; partition < partitions; ++partition)
        first.partitions.push_back({PartitionId(partition), Offset(0)});
    required(control::beginGeneration(connection, first));
}

Feed::Feed(LandingScene& scene)
    : m_scene(scene)
    , m_connection(m_scene.connect("feed"))
{
}

void Feed::loadPositions(const std::string& topic)
{
    for (control::Position& position : required(control::loadPositions(m_connection, topic)))
        positions[position.key] = std::move(position);
}

Feed::Pending& Feed::pendingOf(const std::string& topic, std::int32_t partition)
{
    const auto isIt = [&](const auto& entry) {
        return entry.first.topic == topic && entry.first.partition.value == partition;
    };
    auto known = std::ranges::find_if(positions, isIt);
    if (known == positions.end()) {
        loadPositions(topic);
        known = std::ranges::find_if(positions, isIt);
    }
    if (known == positions.end())
        throw std::runtime_error("no position for " + topic);
    return m_pending.try_emplace(known->first, Pending{known->second.nextOffset.value, {}})
        .first->second;
}

record::Message& Feed::add(const std::string& topic, const std::string& value,
                           std::int32_t partition)
{
    record::Message& message = addTombstone(topic, partition);
    message.hasValue = true;
    message.value = m_texts.emplace_back(value);
    return message;
}

record::Message& Feed::addTombstone(const std::string& topic, std::int32_t partition)
{
    Pending& pending = pendingOf(topic, partition);
    record::Message& message = pending.messages.emplace_back();
    message.partition = PartitionId(partition);
    message.offset = Offset(pending.next++);
    message.timestampMs = 1'700'000'000'000 + message.offset.value;
    return message;
}

void Feed::skip(const std::string& topic, std::int64_t offsets, std::int32_t partition)
{
    pendingOf(topic, partition).next += offsets;
}

landing::BatchToLand Feed::collect()
{
    landing::BatchToLand batch;
    for (auto& [key, pending] : m_pending) {
        landing::PartitionAdvance advance{positions[key], Offset(pending.next), 0, 0};
        advance.holes = pending.next - advance.held.nextOffset.value -
                        static_cast<std::int64_t>(pending.messages.size());
        batch.advances.push_back(advance);
        if (pending.messages.empty())
            continue;
        const bool sameTopic = !batch.slices.empty() && batch.slices.back().topic == key.topic;
        std::vector<record::Message>& sent = sameTopic ? m_sent.back() : m_sent.emplace_back();
        sent.insert(sent.end(), pending.messages.begin(), pending.messages.end());
        if (!sameTopic)
            batch.slices.push_back({key.topic, key.generation, {}});
        batch.slices.back().messages = sent;
    }
    return batch;
}

Result<landing::Committed> Feed::land(landing::Committer& committer)
{
    m_sent.clear();
    const landing::BatchToLand batch = collect();
    auto committed = committer.land(batch);
    m_pending.clear();
    if (!committed)
        return committed;
    for (const control::Position& position : committed->positions)
        positions[position.key] = position;
    return committed;
}

void Feed::forget()
{
    positions.clear();
    m_pending.clear();
}

} // namespace millrace::tests
