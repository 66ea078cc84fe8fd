// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/ingest/assignment.h"
#include "core/ingest/generations.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace millrace::ingest {

struct TakeOverSettings
{
    std::string owner; ///< application_name of the lane's connection
    postgres::Dsn dsn; ///< for the second connection that terminates a zombie
    bool acceptCluster = false;
    bool demo = false; ///< each start of the in-process broker is a generation `demo_restart`
    Limits limits;
};

/// Makes the positions of assigned partitions ours (ingest rules §2 "Taking over"): raises
/// owner_epoch under a bounded lock, terminating a stopped predecessor's backend when it must;
/// begins the first generation of a topic, and a new one where cluster or topic are not the same.
/// One thread.
class TakeOver
{
public:
    TakeOver(postgres::Connection& connection, kafka::Consumer& consumer, EventSink& events,
             const TakeOverSettings& settings)
        : m_connection(connection)
        , m_consumer(consumer)
        , m_events(events)
        , m_settings(settings)
        , m_generations(connection, consumer, events)
    {
    }

    /// Every cursor ends holding a position (started by the caller), waiting (Taking, with a later
    /// retryAt), paused or stopped. Errors are those of the connection: forget everything.
    Result<void> take(const std::vector<PartitionCursor*>& due, const ClusterView& view);

private:
    using Cursors = std::vector<PartitionCursor*>;
    void prepareNew(std::span<const control::TopicRow> rows,
                    const std::map<std::string, Cursors>& wanted, const ClusterView& view);
    Result<void> takeTopic(control::TopicRow row, const Cursors& cursors, const ClusterView& view);
    Result<void> acceptOtherCluster(control::TopicRow& row, const ClusterView& view);
    Result<bool> mayRun(const control::TopicRow& row, const Cursors& cursors);
    Result<bool> settleGeneration(control::TopicRow& row, const ClusterView& view);
    Result<std::vector<control::Position>> lock(const std::vector<control::PositionKey>& keys,
                                                const std::vector<control::PositionKey>& again);
    Result<void> hand(const control::TopicRow& row, const Cursors& cursors, bool topicIdDiffers);
    Result<void> give(PartitionCursor& cursor, control::Position position, bool topicIdDiffers);
    Result<bool> stopPoison(PartitionCursor& cursor, const control::Position& position);

    postgres::Connection& m_connection;
    kafka::Consumer& m_consumer;
    EventSink& m_events;
    const TakeOverSettings& m_settings;
    Generations m_generations;
};

} // namespace millrace::ingest
