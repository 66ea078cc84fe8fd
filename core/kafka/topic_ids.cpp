// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/topic_ids.h"

#include <librdkafka/rdkafka.h>

namespace millrace::kafka {

#if RD_KAFKA_VERSION >= 0x020300ff

namespace {

constexpr std::size_t topicsPerRequest = 1'000;

struct DestroyOptions
{
    void operator()(rd_kafka_AdminOptions_t* options) const noexcept
    {
        rd_kafka_AdminOptions_destroy(options);
    }
};
struct DestroyCollection
{
    void operator()(rd_kafka_TopicCollection_t* collection) const noexcept
    {
        rd_kafka_TopicCollection_destroy(collection);
    }
};
struct DestroyEvent
{
    void operator()(rd_kafka_event_t* event) const noexcept { rd_kafka_event_destroy(event); }
};

/// The answer keeps the order of the question.
void fillSome(rd_kafka_s* client, std::span<TopicInfo> topics, std::chrono::milliseconds timeout)
{
    const auto waitMs = static_cast<int>(timeout.count());
    std::vector<const char*> names;
    for (const TopicInfo& topic : topics)
        names.push_back(topic.name.c_str());
    const std::unique_ptr<rd_kafka_TopicCollection_t, DestroyCollection> collection(
        rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()));
    const std::unique_ptr<rd_kafka_AdminOptions_t, DestroyOptions> options(
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS));
    rd_kafka_AdminOptions_set_request_timeout(options.get(), waitMs, nullptr, 0);
    const QueueHandle answers(rd_kafka_queue_new(client));
    rd_kafka_DescribeTopics(client, collection.get(), options.get(), answers.get());
    const std::unique_ptr<rd_kafka_event_t, DestroyEvent> event(
        rd_kafka_queue_poll(answers.get(), waitMs));
    const auto* result =
        event != nullptr ? rd_kafka_event_DescribeTopics_result(event.get()) : nullptr;
    if (result == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    std::size_t count = 0;
    const auto** described = rd_kafka_DescribeTopics_result_topics(result, &count);
    for (std::size_t i = 0; i < std::min(count, topics.size()); ++i) {
        const rd_kafka_error_t* error = rd_kafka_TopicDescription_error(described[i]);
        const rd_kafka_Uuid_t* id = rd_kafka_TopicDescription_topic_id(described[i]);
        if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR && id != nullptr &&
            topics[i].name == rd_kafka_TopicDescription_name(described[i]))
            topics[i].topicId = rd_kafka_Uuid_base64str(id);
    }
}

} // namespace

void fillTopicIds(rd_kafka_s* client, std::span<TopicInfo> topics,
                  std::chrono::milliseconds timeout)
{
    for (std::size_t i = 0; i < topics.size(); i += topicsPerRequest)
        fillSome(client, topics.subspan(i, std::min(topicsPerRequest, topics.size() - i)), timeout);
}

#else

void fillTopicIds(rd_kafka_s*, std::span<TopicInfo>, std::chrono::milliseconds) {}

#endif

} // namespace millrace::kafka
