// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/batch_builder.h"
#include "core/kafka/consumer.h"
#include "core/kafka/fetch_wake.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct rd_kafka_topic_s;

namespace millrace::kafka {

/// What a consumer knows of a partition that is assigned to it.
struct HeldPartition
{
    std::int64_t next = 0;  ///< records below it are not delivered (again)
    bool isPaused = false;  ///< by pause(), or by us after damaged data
    bool isDamaged = false; ///< reported; paused at the end of this poll
    bool isLeaving = false; ///< revoked, unassign() not called yet
    bool isStopped = false; ///< the fetcher gave up (out of range): only a new assignment starts it

    [[nodiscard]] bool delivers() const noexcept { return !isPaused && !isDamaged && !isLeaving; }
};

struct TopicPartitionLess
{
    using is_transparent = void;
    using Key = std::pair<std::string_view, std::int32_t>;
    static Key keyOf(const Key& key) { return key; }
    static Key keyOf(const TopicPartition& where) { return {where.topic, where.partition.value}; }
    template<class Left, class Right>
    bool operator()(const Left& left, const Right& right) const
    {
        return keyOf(left) < keyOf(right);
    }
};

/// The inside of a Consumer. librdkafka's callbacks come here from within poll() and close(), so
/// everything runs on the lane's thread.
struct Consumer::State
{
    using Held = std::map<TopicPartition, HeldPartition, TopicPartitionLess>;

    explicit State(const ConsumerSettings& consumerSettings)
        : settings(consumerSettings)
        , wake(consumerSettings.client, consumerSettings.queueBytesMax)
    {
    }

    ConsumerSettings settings;
    FetchWake wake;
    std::shared_ptr<rd_kafka_s> client; ///< shared with batches, whose bytes are librdkafka's
    QueueHandle queue;                  ///< of the group: records, errors, rebalances, in order
    Held held;
    std::vector<std::string> subscribed; ///< sorted
    std::vector<Event> events;           ///< of the poll under way
    std::vector<rd_kafka_message_s*> scratch;
    std::size_t averageBytes = 512;  ///< of a record, lately
    std::size_t expectedRecords = 1; ///< of a poll, as the last one
    bool mustReseek = false;         ///< a rebalance has paused and resumed what we keep
    bool isClosing = false;
    bool wasAssigned = false; ///< the group has answered at least once

    /// Answers what needs no decision; the rest becomes an event.
    void onRebalance(int code, const std::vector<TopicPartition>& partitions);
    /// A trouble of the whole client: logged, except that it may be its end.
    void onClientError(int code, const std::string& text);

    /// Sorts `count` messages of scratch into the builder and the events.
    void take(std::size_t count, BatchBuilder& builder);
    [[nodiscard]] bool hasUrgentEvent() const noexcept;
    /// What must follow a poll: pauses partitions with damaged data, which librdkafka would deliver
    /// as the same error thousands of times a second, and reads on what a rebalance left here.
    void settle();

    /// After a rebalance what we keep is read on by an explicit seek: librdkafka 2.2-2.13.1 skips a
    /// record when a partition is resumed at its end.
    void reseekKept();

    Result<void> addAssignment(std::span<const StartAt> partitions);
    Result<void> dropAssignment(std::span<const TopicPartition> partitions);
    void pauseAt(std::span<const TopicPartition> partitions);
    void resumeAt(std::span<const TopicPartition> partitions);
    void seekTo(std::span<const StartAt> partitions);

private:
    struct Run
    {
        const rd_kafka_topic_s* topic = nullptr;
        std::int32_t partition = -1;
        HeldPartition* held = nullptr; ///< null: nothing of it is delivered
    };
    [[nodiscard]] Run beginRun(const rd_kafka_message_s& message, BatchBuilder& builder);
    void takeError(const rd_kafka_message_s& message);
    void takePartitionError(const rd_kafka_message_s& message, const TopicPartition& where,
                            HeldPartition& state);
    void addFatal();
};

} // namespace millrace::kafka
