// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/consumer.h"
#include "core/kafka/kafka_handles.h"

#include <span>
#include <string>
#include <vector>

namespace millrace::kafka {

[[nodiscard]] PartitionListHandle toList(std::span<const TopicPartition> partitions);
[[nodiscard]] PartitionListHandle toList(std::span<const StartAt> partitions);
[[nodiscard]] std::vector<TopicPartition> fromList(const rd_kafka_topic_partition_list_s* list);

/// "orders[3]", for errors.
[[nodiscard]] std::string nameOf(const TopicPartition& where);

} // namespace millrace::kafka
