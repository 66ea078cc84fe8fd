// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/partition_list.h"

#include <librdkafka/rdkafka.h>

namespace millrace::kafka {

PartitionListHandle toList(std::span<const TopicPartition> partitions)
{
    PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const TopicPartition& where : partitions)
        rd_kafka_topic_partition_list_add(list.get(), where.topic.c_str(), where.partition.value);
    return list;
}

PartitionListHandle toList(std::span<const StartAt> partitions)
{
    PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [where, offset] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), where.topic.c_str(), where.partition.value)
            ->offset = offset.value;
    return list;
}

std::vector<TopicPartition> fromList(const rd_kafka_topic_partition_list_s* list)
{
    std::vector<TopicPartition> partitions;
    if (list == nullptr)
        return partitions;
    partitions.reserve(static_cast<std::size_t>(list->cnt));
    for (int i = 0; i < list->cnt; ++i)
        partitions.push_back({list->elems[i].topic, PartitionId(list->elems[i].partition)});
    return partitions;
}

std::string nameOf(const TopicPartition& where)
{
    return where.topic + "[" + std::to_string(where.partition.value) + "]";
}

} // namespace millrace::kafka
