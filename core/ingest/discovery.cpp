// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/discovery.h"

#include "core/ingest/backoff.h"
#include "core/ingest/stoppable_wait.h"

#include <algorithm>
#include <iterator>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr auto listTimeout = 3s;
constexpr std::chrono::milliseconds listInterval = 1s;
constexpr std::size_t topicsASecond = 1'000;

} // namespace

Discovery::Discovery(DiscoverySettings settings, Shared& shared)
    : m_settings(std::move(settings))
    , m_shared(shared)
    , m_pattern(m_settings.topicsPattern, std::regex::ECMAScript | std::regex::optimize)
{
}

bool Discovery::matches(const std::string& topic) const
{
    return std::regex_match(topic, m_pattern);
}

void Discovery::run(const std::stop_token& stop)
{
    m_stop = stop;
    int failures = 0;
    while (!stop.stop_requested()) {
        const auto done = look();
        failures = done ? 0 : failures + 1;
        if (failures == 1)
            log(LogLevel::Warning, "discovery_waits", describe(done.error()));
        if (!done && m_connection && m_connection->isBroken())
            m_connection.reset();
        waitFor(stop, done ? m_interval : backoff(failures, 200ms, 5s));
    }
}

Result<void> Discovery::look()
{
    if (!m_cluster) {
        auto cluster = kafka::Cluster::open(m_settings.client);
        if (!cluster)
            return cluster.error();
        m_cluster = std::make_unique<kafka::Cluster>(std::move(*cluster));
    }
    auto info = m_cluster->describe(listTimeout);
    if (!info)
        return info.error();
    ClusterView view;
    view.seenAt = steadyNow();
    view.identity = m_settings.demoClusterId.empty() ? info->clusterId : m_settings.demoClusterId;
    std::set<std::string> listed;
    for (kafka::TopicInfo& topic : info->topics) {
        if (!topic.error.empty() || topic.partitions == 0 || !matches(topic.name))
            continue;
        listed.insert(topic.name);
        view.topics.emplace(topic.name, std::move(topic));
    }
    for (const std::string& topic : m_listed) {
        if (!listed.contains(topic))
            ++m_absences[topic];
    }
    m_listed = listed;
    view.absences = m_absences;
    m_shared.cluster.publish(std::move(view));
    m_interval = listInterval * static_cast<int>(1 + listed.size() / topicsASecond);
    return insertNew(listed);
}

Result<void> Discovery::insertNew(const std::set<std::string>& listed)
{
    std::vector<std::string> fresh;
    std::ranges::set_difference(listed, m_inserted, std::back_inserter(fresh));
    if (fresh.empty())
        return {};
    const auto opened =
        openOwn(m_connection, m_settings.dsn, m_settings.applicationName, silenceMax, m_stop);
    if (!opened)
        return opened;
    const auto made = control::insertTopics(*m_connection, fresh);
    if (!made)
        return made.error();
    m_inserted.insert(fresh.begin(), fresh.end());
    for (const std::string& topic : *made)
        m_shared.events.tell(&*m_connection, {.level = LogLevel::Info,
                                              .code = "topic_discovered",
                                              .topic = topic,
                                              .generation = {},
                                              .partition = {},
                                              .text = "a new topic"});
    return {};
}

} // namespace millrace::ingest
