// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/kafka/cluster.h"

#include <map>
#include <set>
#include <string>

namespace millrace::ingest {

/// The cluster as discovery last saw it.
struct ClusterView
{
    SteadyTime seenAt{};
    std::string identity; ///< cluster id, or the demo's own; empty: the broker does not tell
    std::map<std::string, kafka::TopicInfo> topics;
    /// Topics that a listing of this process's life lacked after an earlier one had them.
    std::set<std::string> absent;
};

} // namespace millrace::ingest
