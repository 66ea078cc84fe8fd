// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/assignment.h"
#include "tests/core/kafka/mock_cluster.h"

namespace millrace::tests {

/// What a lane holds, on librdkafka's mock cluster: one topic "t" of two partitions with ten
/// records each, a consumer that is a member of no group, and its assignment.
struct AssignedLane
{
    AssignedLane()
    {
        cluster.createTopic("t", 2);
        for (const int partition : {0, 1})
            fill(cluster.brokers(), at(partition), 10);
    }

    static kafka::TopicPartition at(int partition) { return {"t", PartitionId(partition)}; }

    static kafka::Consumer open(const MockCluster& cluster)
    {
        kafka::ConsumerSettings settings;
        settings.client = cluster.client();
        settings.group = "lane";
        auto consumer = kafka::Consumer::open(settings);
        if (!consumer)
            throw std::runtime_error(describe(consumer.error()));
        return std::move(*consumer);
    }

    /// The partition's cursor, its position behind record `next` − 1.
    ingest::PartitionCursor& taken(int partition, std::int64_t next)
    {
        const std::vector<kafka::TopicPartition> where{at(partition)};
        assignment.add(where);
        ingest::PartitionCursor& cursor = *assignment.find(at(partition));
        control::Position position;
        position.key = {"t", Generation(1), PartitionId(partition)};
        position.nextOffset = Offset(next);
        cursor.take(position);
        return cursor;
    }

    MockCluster cluster;
    kafka::Consumer consumer = open(cluster);
    ingest::Assignment assignment{consumer};
};

} // namespace millrace::tests
