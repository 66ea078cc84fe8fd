// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ingest/partition_cursor.h"
#include "core/kafka/consumer.h"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace millrace::ingest {

/// The partitions a lane has been given by its group: their cursors, and what the consumer must be
/// told so that it agrees with them. A partition is *parked* (assigned, reading nothing) from its
/// assignment until its position is known, so that the group never waits for our database. One
/// thread.
class Assignment
{
public:
    explicit Assignment(kafka::Consumer& consumer)
        : m_consumer(consumer)
    {
    }

    using Cursors = std::map<kafka::TopicPartition, PartitionCursor>;
    [[nodiscard]] Cursors& cursors() noexcept { return m_cursors; }
    [[nodiscard]] const Cursors& cursors() const noexcept { return m_cursors; }
    [[nodiscard]] PartitionCursor* find(const kafka::TopicPartition& where);
    [[nodiscard]] std::vector<PartitionCursor*> ofTopic(const std::string& topic);
    [[nodiscard]] std::vector<PartitionCursor*> all();

    /// A partition whose next record may kill the worker is being read.
    [[nodiscard]] bool suspectsPoison() const;

    void add(std::span<const kafka::TopicPartition> partitions);
    Result<void> remove(std::span<const kafka::TopicPartition> partitions);

    /// Reads from startOffset() of cursors that hold a position; they are Proving afterwards.
    Result<void> start(std::span<PartitionCursor* const> cursors);
    /// Parks those the consumer has not been told of yet.
    Result<void> parkNew();
    /// Delivery stops and what is queued is dropped; phases are the caller's business.
    Result<void> pause(std::span<PartitionCursor* const> cursors);

    /// Every position in memory is forgotten, nothing is delivered until it is taken over again.
    Result<void> forget(std::span<PartitionCursor* const> cursors, SteadyTime retryAt);

private:
    kafka::Consumer& m_consumer;
    Cursors m_cursors;
    std::set<kafka::TopicPartition> m_told; ///< assigned in the consumer, parked or not
};

} // namespace millrace::ingest
