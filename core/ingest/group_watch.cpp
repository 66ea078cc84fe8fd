// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/group_watch.h"

#include "core/ingest/backoff.h"
#include "core/ingest/stoppable_wait.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds interval = 3s;
constexpr std::chrono::milliseconds answerMax = 3s;
constexpr std::chrono::milliseconds joinMax = 15s;
constexpr std::chrono::milliseconds requestPause = 10s;
constexpr std::chrono::milliseconds requestPauseMax = 10min;
constexpr auto pollWait = 100ms;

} // namespace

std::set<kafka::TopicPartition> unassignedOf(const std::vector<control::TopicRow>& topics,
                                             const ClusterView& cluster,
                                             const kafka::GroupView& group)
{
    std::set<kafka::TopicPartition> found;
    if (!group.isStable)
        return found;
    for (const control::TopicRow& row : topics) {
        const auto listed = cluster.topics.find(row.topic);
        const int partitions = listed == cluster.topics.end() ? 0 : listed->second.partitions;
        for (int partition = 0; partition < partitions; ++partition) {
            kafka::TopicPartition where{row.topic, PartitionId(partition)};
            if (!group.assigned.contains(where))
                found.insert(std::move(where));
        }
    }
    return found;
}

void GroupWatch::run(const std::stop_token& stop)
{
    int failures = 0;
    while (!stop.stop_requested()) {
        const auto done = look(stop);
        if (!done && done.error().code == Code::Unsupported)
            return; // the broker inside the demo
        failures = done ? 0 : failures + 1;
        if (failures == 1)
            log(LogLevel::Info, "group_watch_waits", describe(done.error()));
        waitFor(stop, done ? interval : backoff(failures, interval, 60s));
    }
}

Result<void> GroupWatch::look(const std::stop_token& stop)
{
    const auto cluster = m_shared.cluster.read();
    const auto topics = m_shared.topics.read();
    if (!cluster || !topics)
        return {};
    if (!m_cluster) {
        auto opened = kafka::Cluster::open(m_settings.client);
        if (!opened)
            return opened.error();
        m_cluster = std::make_unique<kafka::Cluster>(std::move(*opened));
    }
    const auto group = m_cluster->group(m_settings.group, answerMax);
    if (!group)
        return group.error();
    const auto before = std::exchange(m_unassigned, unassignedOf(*topics, *cluster, *group));
    const auto still =
        std::ranges::find_if(m_unassigned, [&before](const kafka::TopicPartition& where) {
            return before.contains(where);
        });
    if (m_unassigned.empty() && group->isStable)
        m_requests = 0;
    if (still == m_unassigned.end() || !isFirst(*group) || steadyNow() < m_nextRequest)
        return {};
    m_nextRequest = steadyNow() + backoff(++m_requests, requestPause, requestPauseMax);
    return askForRebalance(still->topic, stop);
}

bool GroupWatch::isFirst(const kafka::GroupView& group) const
{
    return !group.instances.empty() &&
           group.instances.front().starts_with(m_settings.instance + "-");
}

/// What it is given it leaves unread: it goes as soon as it is in.
Result<void> GroupWatch::askForRebalance(const std::string& topic, const std::stop_token& stop)
{
    m_shared.events.tell(nullptr, {.level = LogLevel::Warning,
                                   .code = "rebalance_asked",
                                   .topic = topic,
                                   .generation = {},
                                   .partition = {},
                                   .text = "the group gave a partition to nobody"});
    kafka::ConsumerSettings settings;
    settings.client = m_settings.client;
    settings.group = m_settings.group;
    auto joining = kafka::Consumer::open(settings);
    if (!joining)
        return joining.error();
    if (auto done = joining->subscribe({&topic, 1}); !done)
        return done;
    const SteadyTime deadline = steadyNow() + joinMax;
    while (!stop.stop_requested() && steadyNow() < deadline) {
        const kafka::Polled polled = joining->poll(1, 1, pollWait);
        if (!polled.events.empty())
            break;
    }
    return {};
}

} // namespace millrace::ingest
