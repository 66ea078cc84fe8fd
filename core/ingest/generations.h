// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/control/topic.h"
#include "core/ingest/cluster_view.h"
#include "core/ingest/event_sink.h"
#include "core/kafka/consumer.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::ingest {

/// Begins generations of a topic with what the cluster says now: ids from discovery, the low
/// watermark of every partition asked from the broker. One thread.
class Generations
{
public:
    Generations(postgres::Connection& connection, kafka::Consumer& consumer, EventSink& events)
        : m_connection(connection)
        , m_consumer(consumer)
        , m_events(events)
    {
    }

    /// Asks for the low watermarks of partitions that will be begun, all at once.
    void prepare(std::span<const kafka::TopicPartition> partitions);
    /// The generation after `row.generation`, or the one that another worker has already made.
    /// Errors: Retry while discovery or a partition's leader does not answer yet.
    Result<Generation> begin(const control::TopicRow& row, const ClusterView& view,
                             const std::string& reason);

    /// Positions for partitions that the generation does not know: a new partition of a known
    /// topic.
    Result<void> addPartitions(const control::TopicRow& row, Generation generation,
                               const std::vector<PartitionId>& partitions);

private:
    Result<Offset> lowOf(const kafka::TopicPartition& where);

    postgres::Connection& m_connection;
    kafka::Consumer& m_consumer;
    EventSink& m_events;
    std::map<kafka::TopicPartition, Offset> m_lows; ///< as prepared, until used
};

} // namespace millrace::ingest
