// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_queue_s;
struct rd_kafka_topic_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace millrace::kafka {

/// Never waits for the group (a consumer is closed by its owner before this), and at most 1 s for
/// the client's threads: librdkafka 2.0.2 waits for ever when an assigned topic has been deleted.
/// Such threads are left behind until the end of the process.
struct DestroyClient
{
    void operator()(rd_kafka_s* client) const noexcept;
};
struct DestroyConf
{
    void operator()(rd_kafka_conf_s* conf) const noexcept;
};
struct DestroyQueue
{
    void operator()(rd_kafka_queue_s* queue) const noexcept;
};
struct DestroyTopic
{
    void operator()(rd_kafka_topic_s* topic) const noexcept;
};
struct DestroyMessage
{
    void operator()(rd_kafka_message_s* message) const noexcept;
};
struct DestroyPartitionList
{
    void operator()(rd_kafka_topic_partition_list_s* list) const noexcept;
};

using ClientHandle = std::unique_ptr<rd_kafka_s, DestroyClient>;
using ConfHandle = std::unique_ptr<rd_kafka_conf_s, DestroyConf>;
using QueueHandle = std::unique_ptr<rd_kafka_queue_s, DestroyQueue>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_s, DestroyTopic>;
using MessageHandle = std::unique_ptr<rd_kafka_message_s, DestroyMessage>;
using PartitionListHandle = std::unique_ptr<rd_kafka_topic_partition_list_s, DestroyPartitionList>;

} // namespace millrace::kafka
