// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/kafka_handles.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <future>
#include <memory>
#include <thread>

namespace millrace::kafka {

void DestroyClient::operator()(rd_kafka_s* client) const noexcept
{
    // Threads of librdkafka 2.8 look only once a second whether they are to end.
    constexpr std::chrono::milliseconds waitMax{250};
    const auto done = std::make_shared<std::promise<void>>();
    const auto finished = done->get_future();
    std::thread([client, done] {
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        done->set_value();
    }).detach();
    finished.wait_for(waitMax);
}

void DestroyConf::operator()(rd_kafka_conf_s* conf) const noexcept
{
    rd_kafka_conf_destroy(conf);
}

void DestroyQueue::operator()(rd_kafka_queue_s* queue) const noexcept
{
    rd_kafka_queue_destroy(queue);
}

void DestroyTopic::operator()(rd_kafka_topic_s* topic) const noexcept
{
    rd_kafka_topic_destroy(topic);
}

void DestroyMessage::operator()(rd_kafka_message_s* message) const noexcept
{
    rd_kafka_message_destroy(message);
}

void DestroyPartitionList::operator()(rd_kafka_topic_partition_list_s* list) const noexcept
{
    rd_kafka_topic_partition_list_destroy(list);
}

} // namespace millrace::kafka
