// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/supervisor.h"

namespace millrace::ingest {

namespace {

StewardSettings withPattern(StewardSettings settings, const Discovery& discovery)
{
    settings.matches = [&discovery](const std::string& topic) { return discovery.matches(topic); };
    return settings;
}

} // namespace

Supervisor::Supervisor(SupervisorSettings settings)
    : m_shared(settings.steward.instance)
    , m_discovery(std::move(settings.discovery), m_shared)
    , m_steward(withPattern(std::move(settings.steward), m_discovery), m_shared,
                [this] { return statuses(); })
    , m_prober(std::move(settings.prober), m_shared, [this] { return statuses(); })
    , m_group(std::move(settings.group), m_shared)
    , m_jobs(std::move(settings.jobs), m_shared)
    , m_caretaker(std::move(settings.care))
{
    for (LaneSettings& lane : settings.lanes)
        m_lanes.push_back(std::make_unique<Lane>(std::move(lane), m_shared));
}

Supervisor::~Supervisor()
{
    stop();
}

void Supervisor::start()
{
    spawn(m_steward);
    spawn(m_discovery);
    for (const auto& lane : m_lanes)
        spawn(*lane);
    spawn(m_prober);
    spawn(m_group);
    spawn(m_jobs);
    spawn(m_caretaker);
}

void Supervisor::stop()
{
    for (std::jthread& thread : m_threads)
        thread.request_stop();
    m_threads.clear();
}

std::vector<std::shared_ptr<const LaneStatus>> Supervisor::statuses() const
{
    std::vector<std::shared_ptr<const LaneStatus>> found;
    for (const auto& lane : m_lanes) {
        if (auto status = lane->status())
            found.push_back(std::move(status));
    }
    return found;
}

std::optional<SteadyTime> Supervisor::clusterSeenAt() const
{
    const auto view = m_shared.cluster.read();
    return view ? std::optional(view->seenAt) : std::nullopt;
}

} // namespace millrace::ingest
