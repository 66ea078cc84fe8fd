// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/consumer.h"

#include "core/base/clock.h"
#include "core/kafka/client_config.h"
#include "core/kafka/consumer_state.h"
#include "core/kafka/kafka_errors.h"
#include "core/kafka/partition_list.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <mutex>

namespace millrace::kafka {

namespace {

/// Messages a call to librdkafka; with a bound in bytes fewer.
constexpr std::size_t callRecordsMax = 4'096;
/// A rebalance is seen at once, other events at the latest after this.
constexpr std::chrono::milliseconds waitSliceMax{20};
/// Leaving is a courtesy: a request to join under way may hold it up for minutes.
constexpr std::chrono::milliseconds leaveWaitMax{2'000};
constexpr std::size_t receiveBytesMax = 512u << 20;

std::vector<OwnProperty> softProperties(const ConsumerSettings& settings)
{
    return {{"fetch.wait.max.ms", std::to_string(settings.fetchWaitMax.count())},
            {"fetch.max.bytes", std::to_string(settings.queueBytesMax)},
            {"fetch.error.backoff.ms", "50"},
            {"fetch.queue.backoff.ms", "10", Presence::WhereKnown}};
}

std::vector<OwnProperty> fixedProperties(const ConsumerSettings& settings)
{
    std::vector<OwnProperty> fixed = {
        {"group.id", settings.group},
        {"group.protocol", "classic", Presence::WhereKnown},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"heartbeat.interval.ms", "300"},
        {"session.timeout.ms", "10000"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},
        {"isolation.level", "read_committed"},
        {"check.crcs", "true"},
        {"enable.partition.eof", "true"},
        {"allow.auto.create.topics", "false"},
        {"topic.metadata.refresh.interval.ms", "1000"},
        {"queued.max.messages.kbytes", std::to_string(settings.queueBytesMax / 1'024)},
        {"receive.message.max.bytes", std::to_string(receiveBytesMax)}};
    if (!settings.instanceId.empty())
        fixed.push_back({"group.instance.id", settings.instanceId});
    return fixed;
}

/// librdkafka before 2.3 aborts the program when a client is destroyed between its join and its
/// first assignment; such a client, idle and out of its group, is left to the end of the process.
void abandon(std::shared_ptr<rd_kafka_s> client)
{
    constexpr int firstSafeVersion = 0x02030000;
    if (rd_kafka_version() >= firstSafeVersion)
        return;
    static std::mutex guard;
    static auto* const abandoned = new std::vector<std::shared_ptr<rd_kafka_s>>();
    const std::scoped_lock lock(guard);
    abandoned->push_back(std::move(client));
}

} // namespace

Result<Consumer> Consumer::open(const ConsumerSettings& settings)
{
    auto conf = makeConf(settings.client, softProperties(settings), fixedProperties(settings));
    if (!conf)
        return conf.error();
    auto state = std::make_unique<State>(settings);
    rd_kafka_conf_set_opaque(conf->get(), state.get());
    rd_kafka_conf_set_rebalance_cb(
        conf->get(),
        [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
           void* opaque) { static_cast<State*>(opaque)->onRebalance(code, fromList(partitions)); });
    rd_kafka_conf_set_error_cb(conf->get(),
                               [](rd_kafka_t*, int code, const char* text, void* opaque) {
                                   static_cast<State*>(opaque)->onClientError(code, text);
                               });
    auto client = startClient(*std::move(conf), ClientRole::Consumer);
    if (!client)
        return client.error();
    state->client = std::shared_ptr<rd_kafka_s>(client->release(), DestroyClient{});
    rd_kafka_poll_set_consumer(state->client.get());
    state->queue.reset(rd_kafka_queue_get_consumer(state->client.get()));
    state->scratch.resize(callRecordsMax);
    return Consumer(std::move(state));
}

Consumer::Consumer(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Consumer::Consumer(Consumer&&) noexcept = default;

Consumer& Consumer::operator=(Consumer&& other) noexcept
{
    if (this != &other) {
        close();
        m_state = std::move(other.m_state);
    }
    return *this;
}

Consumer::~Consumer()
{
    close();
}

Result<void> Consumer::subscribe(std::span<const std::string> topics)
{
    std::vector<std::string> wanted(topics.begin(), topics.end());
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (wanted == m_state->subscribed)
        return {};
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (wanted.empty()) {
        code = rd_kafka_unsubscribe(m_state->client.get());
    } else {
        std::vector<TopicPartition> list;
        for (const std::string& topic : wanted) {
            if (topic.empty() || topic.front() == '^') // librdkafka would take it for a pattern
                return Error{Scope::Process, Code::InvalidInput,
                             "'" + topic + "' is not the name of a topic", topic};
            list.push_back({topic, PartitionId(RD_KAFKA_PARTITION_UA)});
        }
        code = rd_kafka_subscribe(m_state->client.get(),
                                  toList(std::span<const TopicPartition>(list)).get());
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafkaError(code, "subscribing failed", m_state->settings.group);
    m_state->subscribed = std::move(wanted);
    return {};
}

Polled Consumer::poll(std::size_t recordsMax, std::size_t bytesMax, std::chrono::milliseconds wait)
{
    State& state = *m_state;
    const SteadyTime deadline = steadyNow() + wait;
    BatchBuilder builder(state.client, state.expectedRecords);
    std::chrono::milliseconds timeout{0}; // first what is there already
    while (builder.size() < recordsMax && builder.payloadBytes() < bytesMax) {
        const std::size_t fitting = (bytesMax - builder.payloadBytes()) / state.averageBytes + 1;
        const std::size_t want = std::min({callRecordsMax, recordsMax - builder.size(), fitting});
        const ssize_t got = rd_kafka_consume_batch_queue(
            state.queue.get(), static_cast<int>(timeout.count()), state.scratch.data(), want);
        const std::size_t before = builder.payloadBytes();
        state.take(got > 0 ? static_cast<std::size_t>(got) : 0, builder);
        state.wake.taken(state.client.get(), builder.payloadBytes() - before);
        if (builder.size() > 0)
            state.averageBytes = builder.payloadBytes() / builder.size() + 1;
        if (state.hasUrgentEvent())
            break;
        if (got == static_cast<ssize_t>(want)) {
            timeout = {};
            continue;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steadyNow());
        if (left.count() <= 0)
            break;
        timeout = std::min(left, waitSliceMax);
    }
    state.expectedRecords = builder.size() + 1;
    Polled polled{builder.finish(), {}};
    state.settle();
    polled.events = std::exchange(state.events, {});
    return polled;
}

Result<void> Consumer::assign(std::span<const StartAt> partitions)
{
    std::vector<StartAt> added;
    std::vector<StartAt> moved;
    for (const StartAt& start : partitions)
        (m_state->held.contains(start.where) ? moved : added).push_back(start);
    if (auto done = m_state->addAssignment(added); !done)
        return done;
    m_state->reseekKept();
    return moved.empty() ? Result<void>{} : seekAndResume(moved);
}

Result<void> Consumer::unassign(std::span<const TopicPartition> partitions)
{
    if (auto done = m_state->dropAssignment(partitions); !done)
        return done;
    m_state->reseekKept();
    return {};
}

Result<void> Consumer::pause(std::span<const TopicPartition> partitions)
{
    std::vector<TopicPartition> running;
    for (const TopicPartition& where : partitions)
        if (const auto found = m_state->held.find(where);
            found != m_state->held.end() && !found->second.isPaused)
            running.push_back(where);
    m_state->pauseAt(running);
    return {};
}

Result<void> Consumer::seekAndResume(std::span<const StartAt> partitions)
{
    std::vector<StartAt> restarted;
    std::vector<TopicPartition> stopped;
    std::vector<StartAt> sought;
    std::vector<TopicPartition> paused;
    for (const StartAt& start : partitions) {
        const auto found = m_state->held.find(start.where);
        if (found == m_state->held.end() || found->second.isLeaving)
            continue; // a new assignment would answer the revocation in the caller's place
        HeldPartition& state = found->second;
        if (state.isStopped) {
            restarted.push_back(start);
            stopped.push_back(start.where);
            continue;
        }
        if (state.isPaused)
            paused.push_back(start.where);
        sought.push_back(start);
        state = HeldPartition{.next = start.offset.value};
    }
    m_state->resumeAt(paused);
    m_state->seekTo(sought);
    if (stopped.empty())
        return {};
    if (auto dropped = m_state->dropAssignment(stopped); !dropped)
        return dropped;
    return m_state->addAssignment(restarted);
}

Result<Watermarks> Consumer::watermarks(const TopicPartition& where,
                                        std::chrono::milliseconds timeout)
{
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto code = rd_kafka_query_watermark_offsets(m_state->client.get(), where.topic.c_str(),
                                                       where.partition.value, &low, &high,
                                                       static_cast<int>(timeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafkaError(code, "asking for the first and last offset failed", nameOf(where));
    return Watermarks{Offset(low), Offset(high)};
}

std::map<TopicPartition, Offset> Consumer::lowWatermarks(std::span<const TopicPartition> partitions,
                                                         std::chrono::milliseconds timeout)
{
    std::map<TopicPartition, Offset> lows;
    if (partitions.empty())
        return lows;
    const PartitionListHandle list = toList(partitions);
    for (int i = 0; i < list->cnt; ++i)
        list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING; // the protocol's time for "earliest"
    rd_kafka_offsets_for_times(m_state->client.get(), list.get(),
                               static_cast<int>(timeout.count()));
    for (int i = 0; i < list->cnt; ++i) {
        const rd_kafka_topic_partition_t& one = list->elems[i];
        if (one.err == RD_KAFKA_RESP_ERR_NO_ERROR && one.offset >= 0)
            lows[{one.topic, PartitionId(one.partition)}] = Offset(one.offset);
    }
    return lows;
}

std::optional<Watermarks> Consumer::cachedWatermarks(const TopicPartition& where) const
{
    if (m_state == nullptr)
        return std::nullopt; // closed
    std::int64_t low = -1;
    std::int64_t high = -1;
    const auto code = rd_kafka_get_watermark_offsets(m_state->client.get(), where.topic.c_str(),
                                                     where.partition.value, &low, &high);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || low < 0 || high < 0)
        return std::nullopt;
    return Watermarks{Offset(low), Offset(high)};
}

void Consumer::commitForTools(std::span<const StartAt> nextOffsets)
{
    if (nextOffsets.empty())
        return;
    constexpr int doNotWait = 1;
    rd_kafka_commit(m_state->client.get(), toList(nextOffsets).get(), doNotWait);
}

void Consumer::close() noexcept
{
    if (m_state == nullptr)
        return;
    State& state = *m_state;
    state.isClosing = true;
    // A rebalance that nobody has answered would be waited for: answer it, whichever it is.
    std::vector<TopicPartition> all;
    for (const auto& [where, ignored] : state.held)
        all.push_back(where);
    static_cast<void>(state.addAssignment({}));
    static_cast<void>(state.dropAssignment(all));
    const SteadyTime deadline = steadyNow() + leaveWaitMax;
    const QueueHandle answers(rd_kafka_queue_new(state.client.get()));
    rd_kafka_error_t* error = rd_kafka_consumer_close_queue(state.client.get(), answers.get());
    const bool isUnderWay = error == nullptr;
    if (error != nullptr)
        rd_kafka_error_destroy(error);
    constexpr int sliceMs = 50;
    while (isUnderWay && rd_kafka_consumer_closed(state.client.get()) == 0 &&
           steadyNow() < deadline) {
        rd_kafka_event_t* event = rd_kafka_queue_poll(answers.get(), sliceMs);
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
            state.onRebalance(rd_kafka_event_error(event),
                              fromList(rd_kafka_event_topic_partition_list(event)));
        rd_kafka_event_destroy(event);
    }
    if (!state.wasAssigned && !state.subscribed.empty())
        abandon(state.client);
    m_state.reset();
}

} // namespace millrace::kafka
