// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/ingest/assignment.h"
#include "core/ingest/cluster_view.h"
#include "core/ingest/event_sink.h"
#include "core/ingest/verdict.h"
#include "core/kafka/cluster.h"

#include <map>
#include <optional>
#include <string>

namespace millrace::ingest {

/// Gathers evidence for partitions whose proof failed, and says when a verdict has held long
/// enough. Asks the broker by itself (bounded, outside any callback); keeps what it found between
/// calls. One thread.
class Tribunal
{
public:
    Tribunal(kafka::Consumer& consumer, kafka::Cluster& cluster, Limits limits)
        : m_consumer(consumer)
        , m_cluster(cluster)
        , m_limits(limits)
    {
    }

    struct Ruling
    {
        Verdict verdict = Verdict::GoOn;
        Evidence evidence;
        std::string text; ///< one sentence with the offsets that speak for it
    };

    /// Empty: not yet. GoOn and Gap are given as soon as they are seen twice, the others when they
    /// have held for Limits::verdictWait. `storedTopicId` is the generation's; empty: unknown.
    std::optional<Ruling> hear(const PartitionCursor& cursor, const ClusterView& view,
                               const std::string& storedTopicId, int otherPartitionsSuspect);
    /// A record that was consumed is not there any more, whatever the last one looks like now.
    void accuse(const kafka::TopicPartition& where) { m_cases[where].accused = true; }

private:
    struct Case
    {
        Verdict verdict = Verdict::GoOn;
        SteadyTime since{};
        SteadyTime nextLook{};
        int seen = 0;
        bool accused = false;
    };
    std::optional<Evidence> gather(const PartitionCursor& cursor, const ClusterView& view,
                                   const std::string& storedTopicId);
    Result<Trace> traceAt(const kafka::TopicPartition& where, Offset offset,
                          std::uint64_t fingerprint, const kafka::Watermarks& marks);

    kafka::Consumer& m_consumer;
    kafka::Cluster& m_cluster;
    Limits m_limits;
    std::map<kafka::TopicPartition, Case> m_cases;
};

} // namespace millrace::ingest
