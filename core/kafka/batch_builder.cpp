// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/batch_builder.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace millrace::kafka {

namespace {

std::string_view bytesOf(const void* data, std::size_t size)
{
    return {static_cast<const char*>(data), size};
}

/// Fills the headers of one record and returns their bytes.
std::size_t readHeaders(const rd_kafka_message_t* message, std::vector<record::Header>& headers)
{
    rd_kafka_headers_t* list = nullptr;
    if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    std::size_t bytes = 0;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    headers.reserve(rd_kafka_header_cnt(list));
    for (std::size_t i = 0;
         rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        record::Header& header = headers.emplace_back();
        header.name = name;
        if (value != nullptr)
            header.value = bytesOf(value, size);
        bytes += header.name.size() + size;
    }
    return bytes;
}

std::size_t fillMessage(const rd_kafka_message_t* from, record::Message& to)
{
    to.partition = PartitionId(from->partition);
    to.offset = Offset(from->offset);
    to.timestampMs = rd_kafka_message_timestamp(from, nullptr);
    to.hasKey = from->key != nullptr;
    to.hasValue = from->payload != nullptr;
    if (to.hasKey)
        to.key = bytesOf(from->key, from->key_len);
    if (to.hasValue)
        to.value = bytesOf(from->payload, from->len);
    return to.key.size() + to.value.size() + readHeaders(from, to.headers);
}

} // namespace

struct BatchBuilder::Messages
{
    std::shared_ptr<rd_kafka_s> client;
    std::vector<rd_kafka_message_t*> list;

    explicit Messages(std::shared_ptr<rd_kafka_s> owner)
        : client(std::move(owner))
    {
    }
    Messages(const Messages&) = delete;
    Messages& operator=(const Messages&) = delete;
    ~Messages()
    {
        for (rd_kafka_message_t* message : list)
            rd_kafka_message_destroy(message);
    }
};

BatchBuilder::BatchBuilder(std::shared_ptr<rd_kafka_s> client, std::size_t expected)
    : m_messages(std::make_shared<Messages>(std::move(client)))
{
    m_messages->list.reserve(expected);
    m_read.reserve(expected);
}

void BatchBuilder::beginRun(std::string_view topic, PartitionId partition)
{
    const auto here = static_cast<std::uint32_t>(m_read.size());
    m_runs.push_back(Run{topic, partition, here, here});
}

void BatchBuilder::add(rd_kafka_message_s* message)
{
    m_messages->list.push_back(message);
    m_payloadBytes += fillMessage(message, m_read.emplace_back());
    m_runs.back().end = static_cast<std::uint32_t>(m_read.size());
}

void BatchBuilder::putInOrder()
{
    std::erase_if(m_runs, [](const Run& run) { return run.begin == run.end; });
    const auto before = [](const Run& left, const Run& right) {
        return std::tie(left.topic, left.partition, left.begin) <
               std::tie(right.topic, right.partition, right.begin);
    };
    if (std::is_sorted(m_runs.begin(), m_runs.end(), before))
        return;
    std::sort(m_runs.begin(), m_runs.end(), before);
    std::vector<record::Message> ordered;
    ordered.reserve(m_read.size());
    for (Run& run : m_runs) {
        const auto from = m_read.begin() + run.begin;
        const auto count = run.end - run.begin;
        run.begin = static_cast<std::uint32_t>(ordered.size());
        run.end = run.begin + count;
        ordered.insert(ordered.end(), std::make_move_iterator(from),
                       std::make_move_iterator(from + count));
    }
    m_read = std::move(ordered);
}

record::Batch BatchBuilder::finish()
{
    putInOrder();
    record::Batch batch;
    batch.messages = std::move(m_read);
    batch.bytes = m_payloadBytes;
    for (const Run& run : m_runs) {
        if (batch.topics.empty() || batch.topics.back() != run.topic)
            batch.topics.emplace_back(run.topic);
        const auto topic = static_cast<std::uint32_t>(batch.topics.size() - 1);
        for (std::uint32_t i = run.begin; i < run.end; ++i)
            batch.messages[i].topic = topic;
    }
    batch.memory = std::move(m_messages);
    return batch;
}

} // namespace millrace::kafka
