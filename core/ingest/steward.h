// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/lane.h"
#include "core/ingest/topic_rates.h"

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace::ingest {

struct StewardSettings
{
    postgres::Dsn dsn;
    std::string instance;
    std::string host;
    std::string version;
    std::function<bool(const std::string& topic)> matches; ///< topics of this process
};

/// The process's eyes on the control schema and its pulse in it: reads the topic table every 500 ms
/// for all lanes, writes the heartbeat row once a second, forgets old events and jobs once an hour,
/// and warns of snapshots that keep the positions table from being vacuumed. A thread of its own.
class Steward
{
public:
    using Statuses = std::function<std::vector<std::shared_ptr<const LaneStatus>>()>;

    Steward(StewardSettings settings, Shared& shared, Statuses statuses)
        : m_settings(std::move(settings))
        , m_shared(shared)
        , m_statuses(std::move(statuses))
    {
    }

    void run(const std::stop_token& stop);

private:
    Result<void> work();
    Result<void> readTopics();
    Result<void> beat();
    Result<void> keepHouse();
    Result<void> lookForOldSnapshots();

    StewardSettings m_settings;
    Shared& m_shared;
    Statuses m_statuses;
    std::stop_token m_stop; ///< of run()
    std::unique_ptr<postgres::Connection> m_connection;
    std::vector<control::TopicRow> m_rows;
    SteadyTime m_nextBeat{};
    SteadyTime m_nextHouse{};
    SteadyTime m_nextSnapshots{};
    std::int64_t m_lastRows = 0;
    SteadyTime m_lastBeat{};
    TopicRates m_topicRates;
};

/// The heartbeat's figures as JSON, at most 16 KiB: totals, rows a second of topics that move, and
/// up to 64 partitions with most lag. What does not fit is left out, the slowest topics and the
/// partitions with least lag first.
[[nodiscard]] std::string figuresJson(const std::vector<std::shared_ptr<const LaneStatus>>& lanes,
                                      double rowsPerSecond,
                                      const std::map<std::string, double>& topicRates);

} // namespace millrace::ingest
