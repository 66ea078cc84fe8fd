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

Prober::Topics Prober::running() const
{
    Topics found;
    for (const auto& lane : m_statuses()) {
        for (const PartitionFigures& partition : lane->partitions) {
            if (partition.phase == phaseName(Phase::Running))
                found[partition.where.topic][partition.where.partition] = partition.origin;
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
    const auto opened =
        openOwn(m_connection, m_settings.dsn, m_settings.applicationName, silenceMax, m_stop);
    if (!opened)
        return opened;
    std::set<kafka::TopicPartition> suspects;
    for (const auto& [topic, partitions] : running()) {
        // read before the log is looked at, so that what passes was consumed from that log
        const auto positions = control::loadPositions(*m_connection, topic);
        if (!positions)
            return positions.error();
        for (const control::Position& position : *positions) {
            if (stop.stop_requested())
                return {};
            const auto origin = partitions.find(position.key.partition);
            const auto now = lastMark(position);
            if (origin != partitions.end() && now && !holds(position, *now, origin->second))
                suspects.insert({topic, position.key.partition});
        }
    }
    if (!suspects.empty())
        m_shared.suspects.publish(std::move(suspects));
    return {};
}

/// False: another record stands where one was consumed. That, and a probe that failed, leaves the
/// mark as it is, so that it is looked for again until a generation ends it.
bool Prober::holds(const control::Position& position, const ProofMark& now,
                   const std::optional<ProofMark>& origin)
{
    const kafka::TopicPartition where{position.key.topic, position.key.partition};
    std::vector<ProofMark> origins;
    for (const auto& mark : {firstMark(position), origin}) {
        if (mark)
            origins.push_back(*mark);
    }
    for (const ProofMark& mark : m_marks.due(where, now, origins)) {
        const auto probe = m_cluster->probe(where, mark.offset, probeTimeout);
        if (!probe) {
            log(LogLevel::Info, "probe_waits", describe(probe.error()));
            return true;
        }
        if (probe->outcome == kafka::ProbeOutcome::Found &&
            probe->record.fingerprint != mark.fingerprint)
            return false;
    }
    m_marks.passed(where, now);
    return true;
}

} // namespace millrace::ingest
