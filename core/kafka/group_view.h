// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/consumer.h"

#include <set>
#include <string>
#include <vector>

struct rd_kafka_s;

namespace millrace::kafka {

/// A consumer group as its coordinator tells of it.
struct GroupView
{
    bool isStable = false;                ///< no rebalance is under way
    std::vector<std::string> instances{}; ///< group.instance.id of its members, sorted
    std::set<TopicPartition> assigned{};
};

/// Asks the coordinator by a client that need not be a member. Errors: Retry when it does not
/// answer in time; those of kafkaError() for what it refuses.
Result<GroupView> describeGroup(rd_kafka_s* client, const std::string& group,
                                std::chrono::milliseconds timeout);

} // namespace millrace::kafka
