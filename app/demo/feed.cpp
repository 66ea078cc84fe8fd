// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/feed.h"

#include "app/demo/sample_stream.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/kafka/client_config.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <mutex>
#include <stop_token>

namespace millrace::demo {

namespace {

using namespace std::chrono_literals;

constexpr auto tick = 20ms;
constexpr int leaveMs = 800;
constexpr int adminTimeoutMs = 10'000;
constexpr std::int64_t aheadMax = 20'000;

struct DestroyNewTopic
{
    void operator()(rd_kafka_NewTopic_t* topic) const noexcept { rd_kafka_NewTopic_destroy(topic); }
};
struct DestroyEvent
{
    void operator()(rd_kafka_event_t* event) const noexcept { rd_kafka_event_destroy(event); }
};

std::int64_t wallMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// One topic, when the cluster has none of that name.
Result<void> makeTopic(rd_kafka_t* client, const std::string& name, int partitions)
{
    std::array<char, 256> text{};
    constexpr int brokersChoice = -1;
    const std::unique_ptr<rd_kafka_NewTopic_t, DestroyNewTopic> topic(
        rd_kafka_NewTopic_new(name.c_str(), partitions, brokersChoice, text.data(), text.size()));
    if (!topic)
        return Error{Scope::Process, Code::InvalidInput, text.data(), name};
    const kafka::QueueHandle answers(rd_kafka_queue_new(client));
    rd_kafka_NewTopic_t* one = topic.get();
    rd_kafka_CreateTopics(client, &one, 1, nullptr, answers.get());
    const std::unique_ptr<rd_kafka_event_t, DestroyEvent> event(
        rd_kafka_queue_poll(answers.get(), adminTimeoutMs));
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return Error{Scope::Batch, Code::Retry,
                     event ? rd_kafka_event_error_string(event.get()) : "no broker answers", name};
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    const auto code =
        count == 0 ? RD_KAFKA_RESP_ERR_UNKNOWN : rd_kafka_topic_result_error(results[0]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return Error{Scope::Process, Code::Refused,
                     std::string("the topic cannot be made: ") + rd_kafka_err2str(code), name};
    return {};
}

} // namespace

struct Feed::State
{
    FeedSettings settings;
    kafka::ClientHandle client;
    std::mutex mutex;
    Landed landed;
    std::atomic<std::int64_t> sent{0};
    std::jthread thread; ///< last: it is joined before the rest goes

    void run(const std::stop_token& stop);
    bool mayGoOn();
    void send(const SampleMessage& message);
};

void Feed::State::run(const std::stop_token& stop)
{
    SampleStream stream(settings.seed);
    const SteadyTime begun = steadyNow();
    double due = 0;
    SteadyTime before = begun;
    while (!stop.stop_requested()) {
        const SteadyTime now = steadyNow();
        due += std::chrono::duration<double>(now - before).count() *
               static_cast<double>(settings.messagesPerSecond);
        before = now;
        if (!mayGoOn())
            due = 0;
        for (; due >= 1 && !stop.stop_requested(); due -= 1)
            send(stream.next(wallMs()));
        rd_kafka_poll(client.get(), static_cast<int>(tick.count()));
    }
    rd_kafka_flush(client.get(), leaveMs);
}

bool Feed::State::mayGoOn()
{
    const std::lock_guard lock(mutex);
    return !landed || sent - landed() < aheadMax;
}

void Feed::State::send(const SampleMessage& message)
{
    const std::string topic(message.topic);
    std::array<rd_kafka_vu_t, 5> parts{};
    parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    parts[0].u.cstr = topic.c_str();
    parts[1].vtype = RD_KAFKA_VTYPE_KEY;
    parts[1].u.mem = {const_cast<char*>(message.key.data()), message.key.size()};
    parts[2].vtype = RD_KAFKA_VTYPE_VALUE; // a null pointer is a tombstone
    if (message.value)
        parts[2].u.mem = {const_cast<char*>(message.value->data()), message.value->size()};
    parts[3].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    parts[3].u.i64 = message.timestampMs;
    parts[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[4].u.i = RD_KAFKA_MSG_F_COPY;
    rd_kafka_error_t* error = rd_kafka_produceva(client.get(), parts.data(), parts.size());
    if (error == nullptr) {
        ++sent;
        return;
    }
    rd_kafka_error_destroy(error); // the queue is full: this message is not sent
    rd_kafka_poll(client.get(), static_cast<int>(tick.count()));
}

Feed::Feed(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Feed::Feed(Feed&&) noexcept = default;
Feed::~Feed() = default;

Result<Feed> Feed::start(FeedSettings settings)
{
    auto conf =
        kafka::makeConf(settings.client, {{"linger.ms", "20"}}, {{"enable.idempotence", "false"}});
    if (!conf)
        return conf.error();
    auto client = kafka::startClient(*std::move(conf), kafka::ClientRole::Producer);
    if (!client)
        return client.error();
    if (settings.makeTopics) {
        for (const std::string& topic : SampleStream::topics()) {
            if (auto made = makeTopic(client->get(), topic, settings.partitions); !made)
                return made.error();
        }
    }
    auto state = std::make_unique<State>();
    state->settings = std::move(settings);
    state->client = *std::move(client);
    state->thread =
        std::jthread([running = state.get()](const std::stop_token& stop) { running->run(stop); });
    return Feed(std::move(state));
}

void Feed::paceBy(Landed landed)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->landed = std::move(landed);
}

std::int64_t Feed::sent() const
{
    return m_state->sent;
}

} // namespace millrace::demo
