// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/prober.h"

#include "core/ingest/stoppable_wait.h"

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr auto probeTimeout = 2s;

} // namespace

void Prober::run(const std::stop_token& stop)
{
    m_stop = stop;
    while (!stop.stop_requested()) {
        waitFor(stop, m_settings.limits.proofInterval);
        if (stop.stop_requested())
            return;
        if (const auto done = round(stop); !done)
            log(LogLevel::Info, "probe_waits", describe(done.error()));
        if (m_connection && m_connection->isBroken())
            m_connection.reset();
    }
}

std::map<std::string, std::set<PartitionId>> Prober::running() const
{
    std::map<std::string, std::set<PartitionId>> found;
    for (const auto& lane : m_statuses()) {
        for (const PartitionFigures& partition : lane->partitions) {
            if (partition.phase == phaseName(Phase::Running))
                found[partition.where.topic].insert(partition.where.partition);
        }
    }
    return found;
}

Result<void> Prober::round(const std::stop_token& stop)
{
    if (!m_cluster) {
        auto cluster = kafka::Cluster::open(m_settings.client);
        if (!cluster)
            return cluster.error();
        m_cluster = std::make_unique<kafka::Cluster>(std::move(*cluster));
    }
    if (!m_connection) {
        postgres::ConnectOptions options;
        options.applicationName = m_settings.applicationName;
        options.statementTimeout = silenceMax;
        options.waitHook = [this] { return unlessStopped(m_stop); };
        auto connection = postgres::Connection::open(m_settings.dsn, options);
        if (!connection)
            return connection.error();
        m_connection = std::make_unique<postgres::Connection>(std::move(*connection));
    }
    std::set<kafka::TopicPartition> suspects;
    for (const auto& [topic, partitions] : running()) {
        const auto positions = control::loadPositions(*m_connection, topic);
        if (!positions)
            return positions.error();
        for (const control::Position& position : *positions) {
            if (stop.stop_requested())
                return {};
            const kafka::TopicPartition where{topic, position.key.partition};
            if (!partitions.contains(position.key.partition) || !position.lastOffset ||
                !position.fingerprint)
                continue;
            const auto mark = m_marks.advance(
                where, {position.key.generation, *position.lastOffset, *position.fingerprint});
            if (!mark)
                continue;
            const auto same = stillSame(where, *mark);
            if (same && !*same)
                suspects.insert(where);
        }
    }
    if (!suspects.empty())
        m_shared.suspects.publish(std::move(suspects));
    return {};
}

Result<bool> Prober::stillSame(const kafka::TopicPartition& where, const ProofMark& mark)
{
    const auto probe = m_cluster->probe(where, mark.offset, probeTimeout);
    if (!probe)
        return probe.error();
    return probe->outcome != kafka::ProbeOutcome::Found ||
           probe->record.fingerprint == mark.fingerprint;
}

} // namespace millrace::ingest
