// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/kafka/cluster.h"

#include <map>
#include <string>

namespace millrace::ingest {

/// The cluster as discovery last saw it.
struct ClusterView
{
    SteadyTime seenAt{};
    std::string identity; ///< cluster id, or the demo's own; empty: the broker does not tell
    std::map<std::string, kafka::TopicInfo> topics;
    /// How often, in this process's life, a listing lacked a topic that the one before it had.
    std::map<std::string, int> absences;
};

} // namespace millrace::ingest
