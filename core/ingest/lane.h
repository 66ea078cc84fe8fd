// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/ingest/assignment.h"
#include "core/ingest/batch_pace.h"
#include "core/ingest/board.h"
#include "core/ingest/breaker.h"
#include "core/ingest/cluster_view.h"
#include "core/ingest/event_sink.h"
#include "core/ingest/lane_status.h"
#include "core/ingest/partition_care.h"
#include "core/ingest/take_over.h"
#include "core/ingest/topic_watch.h"
#include "core/landing/committer.h"

#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace::ingest {

struct LaneSettings
{
    int index = 0;
    kafka::ConsumerSettings consumer;
    TakeOverSettings takeOver;
    landing::LandingSettings landing;
    Limits limits;
};

/// What the threads of one process read of each other.
struct Shared
{
    explicit Shared(std::string instance)
        : events(std::move(instance))
    {
    }

    Board<std::vector<control::TopicRow>> topics; ///< those this process is to ingest, by name
    Board<ClusterView> cluster;
    Board<std::set<kafka::TopicPartition>> suspects; ///< a probe found another record: prove again
    EventSink events;
};

/// The moving part: one thread that owns one consumer and one connection. Poll, filter by position,
/// land, again; everything that can go wrong ends in one of three ways: the partitions are
/// forgotten and taken over again, one topic steps aside, or the lane ends with a reason. Source:
/// ingest rules §1–§5.
class Lane
{
public:
    Lane(LaneSettings settings, Shared& shared);
    ~Lane();

    /// Until a stop is requested or the lane must end; returns within Limits::stopWaitMax of it.
    void run(const std::stop_token& stop);

    [[nodiscard]] std::shared_ptr<const LaneStatus> status() const { return m_status.read(); }

private:
    Result<void> open();
    Result<void> connect();
    void stayConnected();
    void turn();
    void followTopics();
    void letRun(const std::string& topic);
    void lookAfterPartitions();
    void takeOverDue();
    void takeOver(const std::vector<PartitionCursor*>& due, const ClusterView& view);
    void handleBatch(record::Batch& batch);
    void land(record::Batch& batch, const std::set<kafka::TopicPartition>& touched);
    void settle(const landing::Committed& committed);
    void tellRecovered(const landing::Committed& committed);
    void stepAside(const landing::SteppedAside& aside);
    void bookEnds();
    void handleEvent(const kafka::Event& event);
    void recover(const Error& error);
    Result<void> keepAlive();
    Result<void> keepMembership();
    void check(const Result<void>& done);
    void publishStatus(bool now);
    void end(const std::string& reason);

    LaneSettings m_settings;
    Shared& m_shared;
    Board<LaneStatus> m_status;

    std::unique_ptr<kafka::Consumer> m_consumer;
    std::unique_ptr<kafka::Cluster> m_cluster;
    std::unique_ptr<Assignment> m_assignment;
    std::unique_ptr<TopicWatch> m_watch;
    std::unique_ptr<PartitionCare> m_care;
    std::stop_token m_stop; ///< of run()
    std::unique_ptr<postgres::Connection> m_connection;
    std::unique_ptr<landing::Committer> m_committer;

    std::uint64_t m_suspectsVersion = 0;
    Breaker m_breaker;
    BatchPace m_pace;
    std::map<std::string, int> m_lockTries; ///< by topic, since it last landed

    LaneCounters m_counters;
    std::string m_state = "starting";
    std::string m_lastError;
    std::map<kafka::TopicPartition, std::int64_t> m_lastRecordMs;
    SteadyTime m_retryAt{};
    SteadyTime m_nextStatus{};
    SteadyTime m_nextBooking{};
    SteadyTime m_nextToolCommit{};
    int m_failures = 0; ///< errors in a row, for the back-off
    bool m_pausedInWait = false;
    bool m_inWait = false; ///< the connection is busy: nothing else may be asked of it
    bool m_ended = false;
};

} // namespace millrace::ingest
