// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/caretaker.h"
#include "core/ingest/discovery.h"
#include "core/ingest/group_watch.h"
#include "core/ingest/job_runner.h"
#include "core/ingest/lane.h"
#include "core/ingest/prober.h"
#include "core/ingest/steward.h"

#include <memory>
#include <thread>
#include <vector>

namespace millrace::ingest {

struct SupervisorSettings
{
    std::vector<LaneSettings> lanes;
    DiscoverySettings discovery;
    StewardSettings steward; ///< `matches` is set by the supervisor
    Prober::Settings prober;
    GroupWatch::Settings group;
    JobRunner::Settings jobs;
    Caretaker::Settings care;
};

/// All threads that ingest in one process: lanes, discovery, steward, prober, jobs, care.
/// start() once.
class Supervisor
{
public:
    explicit Supervisor(SupervisorSettings settings);
    ~Supervisor(); ///< stop()

    void start();
    /// Within Limits::stopWaitMax; what was in flight is rolled back or committed, nothing between.
    void stop();

    [[nodiscard]] std::vector<std::shared_ptr<const LaneStatus>> statuses() const;
    /// When a broker last told of its topics; empty: never yet.
    [[nodiscard]] std::optional<SteadyTime> clusterSeenAt() const;
    [[nodiscard]] std::map<std::string, std::int64_t> alarms() const
    {
        return m_shared.events.alarms();
    }

private:
    template<class Worker>
    void spawn(Worker& worker)
    {
        m_threads.emplace_back([&worker](const std::stop_token& stop) { worker.run(stop); });
    }

    Shared m_shared;
    std::vector<std::unique_ptr<Lane>> m_lanes;
    Discovery m_discovery;
    Steward m_steward;
    Prober m_prober;
    GroupWatch m_group;
    JobRunner m_jobs;
    Caretaker m_caretaker;
    std::vector<std::jthread> m_threads;
};

} // namespace millrace::ingest
