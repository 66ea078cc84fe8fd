// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/assignment.h"
#include "core/ingest/carry_out.h"
#include "core/ingest/event_sink.h"
#include "core/ingest/topic_watch.h"
#include "core/ingest/tribunal.h"

#include <map>
#include <set>

namespace millrace::ingest {

/// Keeps each partition of a lane moving: answers what its cursor needs, proves again what is in
/// doubt, lets those that stepped aside try again, carries out verdicts. Errors with Scope::Process
/// are the consumer's (the lane ends), others the connection's (everything is forgotten). One
/// thread.
class PartitionCare
{
public:
    PartitionCare(kafka::Consumer& consumer, kafka::Cluster& cluster, Assignment& assignment,
                  EventSink& events, const Limits& limits)
        : m_consumer(consumer)
        , m_assignment(assignment)
        , m_events(events)
        , m_tribunal(consumer, cluster, limits)
    {
    }

    /// `connection` may be null where an event then only goes to the log.
    Result<void> answer(PartitionCursor& cursor, const Offer& offer,
                        postgres::Connection* connection);
    Result<void> event(const kafka::Event& event, PartitionCursor& cursor,
                       postgres::Connection* connection);

    /// Those whose wait is over, and those whose seek brought no event at all for 10 s. Behind
    /// damaged data the row is read again: a person may have skipped it.
    Result<void> retryDue(postgres::Connection* connection);
    /// The prober found another record where one was consumed.
    Result<void> accuse(const std::set<kafka::TopicPartition>& suspects);
    /// Doubts a partition whose watermark, as known from fetches, went backwards. The last record
    /// would prove nothing: it may be of the new log already.
    Result<void> watchMarks();
    /// Doubts a topic that was missing from a listing and is there again.
    Result<void> followListing(const ClusterView& view);
    /// After a wait in which everything was paused.
    Result<void> restartReading();
    /// Stopped partitions that a person let run. Their rows are read afresh: what was read before
    /// may be older than the stop.
    Result<void> takeUpStopped(const std::string& topic, postgres::Connection& connection);
    Result<void> hearSuspects(const ClusterView& view, const TopicWatch& watch,
                              postgres::Connection& connection);
    /// A commit of this partition went through.
    void landed(const kafka::TopicPartition& where) { m_corruptWait.erase(where); }

private:
    /// The tribunal looks at the whole evidence before anything more is read.
    Result<void> doubt(PartitionCursor& cursor);
    [[nodiscard]] bool wasMovedByOthers(const PartitionCursor& cursor,
                                        postgres::Connection* connection) const;
    Result<void> pause(PartitionCursor& cursor);
    Result<void> corrupt(const kafka::Event& event, PartitionCursor& cursor,
                         postgres::Connection* connection);
    void tell(postgres::Connection* connection, LogLevel level, const std::string& code,
              const PartitionCursor& cursor, const std::string& text);

    kafka::Consumer& m_consumer;
    Assignment& m_assignment;
    EventSink& m_events;
    Tribunal m_tribunal;
    std::map<kafka::TopicPartition, std::chrono::milliseconds> m_corruptWait;
    std::map<kafka::TopicPartition, kafka::Watermarks> m_marks;
    SteadyTime m_nextMarks{};
    std::map<std::string, int> m_absences; ///< of each topic, as last acted upon
};

} // namespace millrace::ingest
