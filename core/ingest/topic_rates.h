// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/ingest/lane_status.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace::ingest {

/// Rows a second by topic, from what partitions counted at two moments. A partition that has come
/// to this process since the last moment counts from now on: its rows so far are not our pace.
class TopicRates
{
public:
    std::map<std::string, double>
    update(const std::vector<std::shared_ptr<const LaneStatus>>& lanes, SteadyTime now);

private:
    std::map<kafka::TopicPartition, std::int64_t> m_rows;
    SteadyTime m_last{};
};

} // namespace millrace::ingest
