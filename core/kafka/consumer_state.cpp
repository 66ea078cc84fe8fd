// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/consumer_state.h"

#include "core/base/log.h"
#include "core/kafka/client_config.h"
#include "core/kafka/kafka_errors.h"
#include "core/kafka/partition_list.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>

namespace millrace::kafka {

namespace {

std::string textOf(const rd_kafka_message_t& message)
{
    const char* text = rd_kafka_message_errstr(&message);
    return text != nullptr ? text : rd_kafka_err2str(message.err);
}

bool isDamage(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED: // a codec or message format this library cannot read
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
        return true;
    default:
        return false;
    }
}

} // namespace

void Consumer::State::onRebalance(int code, const std::vector<TopicPartition>& partitions)
{
    mustReseek = true;
    const bool isAssign = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    wasAssigned = wasAssigned || isAssign;
    if (isClosing || partitions.empty()) {
        const auto answered = isAssign ? addAssignment({}) : dropAssignment(partitions);
        if (!answered)
            log(LogLevel::Warning, "kafka_rebalance", describe(answered.error()));
        return;
    }
    Event event;
    event.kind = isAssign                                 ? EventKind::Assigned
                 : rd_kafka_assignment_lost(client.get()) ? EventKind::Lost
                                                          : EventKind::Revoked;
    if (!isAssign)
        for (const TopicPartition& where : partitions)
            if (const auto found = held.find(where); found != held.end())
                found->second.isLeaving = true;
    event.partitions = partitions;
    events.push_back(std::move(event));
    rd_kafka_queue_yield(queue.get());
}

void Consumer::State::onClientError(int code, const std::string& text)
{
    if (code == RD_KAFKA_RESP_ERR__FATAL)
        return addFatal();
    const char* name = rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code));
    if (!isRepeatedLog(name))
        log(LogLevel::Warning, "kafka_trouble", text, {{"error", name}, {"group", settings.group}});
}

void Consumer::State::take(std::size_t count, BatchBuilder& builder)
{
    Run run;
    for (std::size_t i = 0; i < count; ++i) {
        rd_kafka_message_t* message = scratch[i];
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const MessageHandle owned(message);
            takeError(*message);
            run = {};
            continue;
        }
        if (message->rkt != run.topic || message->partition != run.partition)
            run = beginRun(*message, builder);
        if (run.held == nullptr || message->offset < run.held->next) {
            rd_kafka_message_destroy(message);
            continue;
        }
        run.held->next = message->offset + 1;
        builder.add(message);
    }
}

Consumer::State::Run Consumer::State::beginRun(const rd_kafka_message_s& message,
                                               BatchBuilder& builder)
{
    Run run{message.rkt, message.partition, nullptr};
    const TopicPartitionLess::Key key{rd_kafka_topic_name(message.rkt), message.partition};
    const auto found = held.find(key);
    if (found == held.end() || !found->second.delivers())
        return run;
    run.held = &found->second;
    builder.beginRun(found->first.topic, found->first.partition);
    return run;
}

void Consumer::State::takeError(const rd_kafka_message_s& message)
{
    if (message.err == RD_KAFKA_RESP_ERR__FATAL)
        return addFatal();
    if (message.rkt == nullptr)
        return onClientError(message.err, textOf(message));
    const TopicPartition where{rd_kafka_topic_name(message.rkt), PartitionId(message.partition)};
    const auto found = held.find(where);
    if (found != held.end()) {
        if (!found->second.isLeaving)
            takePartitionError(message, where, found->second);
    } else if (message.partition < 0) { // a subscribed topic that the cluster does not have
        events.push_back(
            {EventKind::PartitionError, {where}, Offset(message.offset), textOf(message)});
    }
}

void Consumer::State::takePartitionError(const rd_kafka_message_s& message,
                                         const TopicPartition& where, HeldPartition& state)
{
    Event event{EventKind::PartitionError, {where}, Offset(message.offset), textOf(message)};
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (!state.delivers())
            return;
        event.kind = EventKind::EndOfPartition;
        state.next = std::max(state.next, message.offset);
    } else if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        event.kind = EventKind::OutOfRange;
        state.isStopped = true;
        if (!state.delivers())
            return; // after damaged data librdkafka asks for offsets it has made up
        if (message.offset < 0)
            event.offset = Offset(state.next);
    } else if (isDamage(message.err)) {
        if (!state.delivers())
            return;
        event.kind = EventKind::CorruptData;
        state.isDamaged = true;
    }
    events.push_back(std::move(event));
}

void Consumer::State::addFatal()
{
    std::array<char, 512> reason{};
    const auto code = rd_kafka_fatal_error(client.get(), reason.data(), reason.size());
    const EventKind kind =
        code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? EventKind::InstanceFenced : EventKind::Fatal;
    const bool isKnown = std::any_of(events.begin(), events.end(),
                                     [kind](const Event& event) { return event.kind == kind; });
    if (!isKnown)
        events.push_back({kind, {}, Offset{}, reason.data()});
}

bool Consumer::State::hasUrgentEvent() const noexcept
{
    return std::any_of(events.begin(), events.end(),
                       [](const Event& event) { return event.kind != EventKind::EndOfPartition; });
}

void Consumer::State::settle()
{
    std::vector<TopicPartition> damaged;
    for (auto& [where, state] : held)
        if (state.isDamaged && !state.isPaused)
            damaged.push_back(where);
    if (!damaged.empty())
        pauseAt(damaged);
    const bool isAnswered = std::none_of(events.begin(), events.end(), [](const Event& event) {
        return event.kind == EventKind::Assigned || event.kind == EventKind::Revoked ||
               event.kind == EventKind::Lost;
    });
    if (isAnswered)
        reseekKept();
}

void Consumer::State::reseekKept()
{
    if (!std::exchange(mustReseek, false))
        return;
    std::vector<StartAt> kept;
    for (const auto& [where, state] : held)
        if (state.delivers() && !state.isStopped)
            kept.push_back({where, Offset(state.next)});
    seekTo(kept);
}

Result<void> Consumer::State::addAssignment(std::span<const StartAt> partitions)
{
    const PartitionListHandle list = toList(partitions);
    auto added = kafka::takeError(rd_kafka_incremental_assign(client.get(), list.get()),
                                  "taking partitions failed", settings.group);
    if (!added)
        return added;
    for (const auto& [where, offset] : partitions)
        held[where] = HeldPartition{.next = offset.value};
    return {};
}

Result<void> Consumer::State::dropAssignment(std::span<const TopicPartition> partitions)
{
    std::vector<TopicPartition> known;
    std::vector<TopicPartition> paused;
    for (const TopicPartition& where : partitions) {
        const auto found = held.find(where);
        if (found == held.end())
            continue;
        known.push_back(where);
        if (found->second.isPaused)
            paused.push_back(where);
        held.erase(found);
    }
    resumeAt(paused); // librdkafka remembers a pause beyond the assignment
    const PartitionListHandle list = toList(std::span<const TopicPartition>(known));
    return kafka::takeError(rd_kafka_incremental_unassign(client.get(), list.get()),
                            "giving partitions back failed", settings.group);
}

void Consumer::State::pauseAt(std::span<const TopicPartition> partitions)
{
    if (partitions.empty())
        return;
    const PartitionListHandle list = toList(partitions);
    rd_kafka_pause_partitions(client.get(), list.get());
    for (const TopicPartition& where : partitions)
        if (const auto found = held.find(where); found != held.end())
            found->second.isPaused = true;
}

void Consumer::State::resumeAt(std::span<const TopicPartition> partitions)
{
    if (partitions.empty())
        return;
    const PartitionListHandle list = toList(partitions);
    rd_kafka_resume_partitions(client.get(), list.get());
}

void Consumer::State::seekTo(std::span<const StartAt> partitions)
{
    if (partitions.empty())
        return;
    const PartitionListHandle list = toList(partitions);
    constexpr int doNotWaitMs = 0;
    rd_kafka_error_t* error = rd_kafka_seek_partitions(client.get(), list.get(), doNotWaitMs);
    if (error != nullptr)
        rd_kafka_error_destroy(error); // the fetcher is gone: an event follows by itself
}

} // namespace millrace::kafka
