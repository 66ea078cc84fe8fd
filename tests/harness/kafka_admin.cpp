// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/kafka_admin.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/wait_until.h"

#include <librdkafka/rdkafka.h>

namespace millrace::harness {
namespace {

/// The first error of the topics, partitions or groups that a result event speaks of.
std::string firstError(rd_kafka_event_t* event)
{
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rd_kafka_event_error_string(event);
    std::size_t count = 0;
    const rd_kafka_topic_result_t** topics = nullptr;
    if (const auto* created = rd_kafka_event_CreateTopics_result(event))
        topics = rd_kafka_CreateTopics_result_topics(created, &count);
    else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event))
        topics = rd_kafka_DeleteTopics_result_topics(deleted, &count);
    else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event))
        topics = rd_kafka_CreatePartitions_result_topics(grown, &count);
    for (std::size_t i = 0; i < count; ++i) {
        if (rd_kafka_topic_result_error(topics[i]) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return rd_kafka_err2name(rd_kafka_topic_result_error(topics[i]));
    }
    if (const auto* altered = rd_kafka_event_AlterConfigs_result(event)) {
        const auto** resources = rd_kafka_AlterConfigs_result_resources(altered, &count);
        for (std::size_t i = 0; i < count; ++i) {
            if (const char* why = rd_kafka_ConfigResource_error_string(resources[i]))
                return why;
        }
    }
    if (const auto* cut = rd_kafka_event_DeleteRecords_result(event)) {
        const auto* partitions = rd_kafka_DeleteRecords_result_offsets(cut);
        for (int i = 0; i < partitions->cnt; ++i) {
            if (partitions->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
                return rd_kafka_err2name(partitions->elems[i].err);
        }
    }
    return {};
}

} // namespace

KafkaAdmin::KafkaAdmin(const KafkaProperties& properties, std::chrono::milliseconds wait)
    : m_client(openProducer(properties))
    , m_queue(rd_kafka_queue_new(m_client.get()))
    , m_wait(wait)
{
}

void KafkaAdmin::request(const std::string& what,
                         const std::function<void(rd_kafka_queue_s*)>& send)
{
    send(m_queue.get());
    rd_kafka_event_t* event = rd_kafka_queue_poll(m_queue.get(), waitMs());
    const std::string why = event == nullptr ? "no answer" : firstError(event);
    rd_kafka_event_destroy(event);
    if (!why.empty())
        throw HarnessError(what + ": " + why);
}

void KafkaAdmin::createTopic(const std::string& topic, int partitions,
                             const KafkaProperties& settings)
{
    rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0);
    for (const auto& [name, value] : settings)
        rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
    request("create topic " + topic, [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_NewTopic_destroy(wanted);
    });
    awaitPartitions(topic, partitions);
}

void KafkaAdmin::deleteTopic(const std::string& topic)
{
    rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic.c_str());
    request("delete topic " + topic, [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_DeleteTopic_destroy(wanted);
    });
    awaitPartitions(topic, 0);
}

void KafkaAdmin::addPartitions(const std::string& topic, int total)
{
    rd_kafka_NewPartitions_t* wanted =
        rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(total), nullptr, 0);
    request("add partitions to " + topic, [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreatePartitions(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_NewPartitions_destroy(wanted);
    });
    awaitPartitions(topic, total);
}

void KafkaAdmin::configureTopic(const std::string& topic, const KafkaProperties& settings)
{
    rd_kafka_ConfigResource_t* wanted =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
    for (const auto& [name, value] : settings)
        rd_kafka_ConfigResource_set_config(wanted, name.c_str(), value.c_str());
    request("configure topic " + topic, [&](rd_kafka_queue_t* queue) {
        rd_kafka_AlterConfigs(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_ConfigResource_destroy(wanted);
    });
}

void KafkaAdmin::deleteRecords(const std::string& topic, int partition, std::int64_t before)
{
    rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, topic.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(offsets);
    rd_kafka_topic_partition_list_destroy(offsets);
    request("delete records of " + topic, [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteRecords(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_DeleteRecords_destroy(wanted);
    });
}

void KafkaAdmin::resetGroup(const std::string& group, const std::string& topic, int partition,
                            std::int64_t offset)
{
    rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, topic.c_str(), partition)->offset = offset;
    rd_kafka_AlterConsumerGroupOffsets_t* wanted =
        rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), offsets);
    rd_kafka_topic_partition_list_destroy(offsets);
    request("reset group " + group, [&](rd_kafka_queue_t* queue) {
        rd_kafka_AlterConsumerGroupOffsets(m_client.get(), &wanted, 1, nullptr, queue);
        rd_kafka_AlterConsumerGroupOffsets_destroy(wanted);
    });
}

Watermarks KafkaAdmin::watermarks(const std::string& topic, int partition)
{
    Watermarks found;
    const auto answer = rd_kafka_query_watermark_offsets(m_client.get(), topic.c_str(), partition,
                                                         &found.low, &found.high, waitMs());
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw HarnessError("watermarks of " + topic + ": " + rd_kafka_err2name(answer));
    return found;
}

int KafkaAdmin::partitionCount(const std::string& topic)
{
    // all topics: asking for one by name would make librdkafka remember that it is wanted
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(m_client.get(), 1, nullptr, &metadata, waitMs()) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        throw HarnessError("no metadata from the broker");
    int count = 0;
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic_t& found = metadata->topics[i];
        if (topic != found.topic)
            continue;
        for (int p = 0; p < found.partition_cnt; ++p)
            count += found.partitions[p].leader >= 0 ? 1 : 0;
    }
    rd_kafka_metadata_destroy(metadata);
    return count;
}

void KafkaAdmin::awaitPartitions(const std::string& topic, int count)
{
    if (!waitUntil(m_wait, [&] { return partitionCount(topic) == count; }))
        throw HarnessError("topic " + topic + " never showed " + std::to_string(count) +
                           " partitions");
}

} // namespace millrace::harness
