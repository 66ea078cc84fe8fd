// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/cluster.h"

#include <chrono>
#include <span>

struct rd_kafka_s;

namespace millrace::kafka {

/// Fills TopicInfo::topicId where the library can ask for it (librdkafka >= 2.3) and the broker
/// answers within `timeout`; else leaves it empty. A topic id tells a recreated topic from the
/// same.
void fillTopicIds(rd_kafka_s* client, std::span<TopicInfo> topics,
                  std::chrono::milliseconds timeout);

} // namespace millrace::kafka
