// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/topic_reader.h"

#include "tests/harness/harness_error.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>

namespace millrace::harness {
namespace {

constexpr std::chrono::seconds readLimit{120};
constexpr int waitMs = 30'000;

std::optional<std::string> bytes(const void* data, std::size_t size)
{
    if (data == nullptr)
        return std::nullopt;
    return std::string(static_cast<const char*>(data), size);
}

ReadRecord recordOf(const rd_kafka_message_t& message)
{
    ReadRecord made{.partition = message.partition,
                    .offset = message.offset,
                    .timestampMs = rd_kafka_message_timestamp(&message, nullptr),
                    .key = bytes(message.key, message.key_len),
                    .value = bytes(message.payload, message.len),
                    .headers = {}};
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return made;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
        made.headers.emplace_back(name, bytes(value, size));
    return made;
}

int partitionsOf(rd_kafka_t* client, const std::string& topic)
{
    const rd_kafka_metadata_t* metadata = nullptr;
    rd_kafka_topic_t* asked = rd_kafka_topic_new(client, topic.c_str(), nullptr);
    const auto answer = rd_kafka_metadata(client, 0, asked, &metadata, waitMs);
    rd_kafka_topic_destroy(asked);
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw HarnessError("metadata of " + topic + ": " + rd_kafka_err2name(answer));
    const int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    return count;
}

} // namespace

void forEachRecord(const KafkaProperties& client, const std::string& topic,
                   const std::function<void(const ReadRecord&)>& record)
{
    KafkaProperties properties{
        {"group.id", "oracle"},           {"enable.auto.commit", "false"},
        {"enable.partition.eof", "true"}, {"isolation.level", "read_committed"},
        {"check.crcs", "true"},           {"fetch.wait.max.ms", "10"}};
    properties.insert(client.begin(), client.end());
    const KafkaHandle consumer = openConsumer(properties);
    const int partitions = partitionsOf(consumer.get(), topic);
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition)
        rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer.get(), all);
    rd_kafka_topic_partition_list_destroy(all);

    const KafkaQueueHandle queue(rd_kafka_queue_get_consumer(consumer.get()));
    const auto deadline = std::chrono::steady_clock::now() + readLimit;
    std::array<rd_kafka_message_t*, 1000> batch{};
    for (int ended = 0; ended < partitions;) {
        const auto got = rd_kafka_consume_batch_queue(queue.get(), 100, batch.data(), batch.size());
        std::string trouble;
        for (ssize_t i = 0; i < got; ++i) {
            rd_kafka_message_t* message = batch[static_cast<std::size_t>(i)];
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
                ++ended;
            else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
                trouble = rd_kafka_message_errstr(message);
            else
                record(recordOf(*message));
            rd_kafka_message_destroy(message);
        }
        if (std::chrono::steady_clock::now() > deadline)
            throw HarnessError("reading " + topic + " takes too long " + trouble);
    }
}

std::map<std::pair<int, std::int64_t>, ReadRecord> readTopic(const std::string& brokers,
                                                             const std::string& topic)
{
    std::map<std::pair<int, std::int64_t>, ReadRecord> all;
    forEachRecord({{"bootstrap.servers", brokers}}, topic, [&](const ReadRecord& record) {
        all.emplace(std::pair(record.partition, record.offset), record);
    });
    return all;
}

} // namespace millrace::harness
