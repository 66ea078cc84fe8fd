// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/kafka/client_settings.h"
#include "core/kafka/kafka_handles.h"
#include "core/record/message.h"

#include <chrono>
#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::kafka {

struct TopicPartition
{
    std::string topic;
    PartitionId partition;
    auto operator<=>(const TopicPartition&) const = default;
};

struct StartAt
{
    TopicPartition where;
    Offset offset;
};

struct Watermarks
{
    Offset low;
    Offset high;
};

enum class EventKind : std::uint8_t {
    Assigned,       ///< by the group, never empty; nothing at all is read until assign()
    Revoked,        ///< answer with unassign(), also for partitions never assigned
    Lost,           ///< revoked without notice: another member may already own them
    EndOfPartition, ///< offset: the end reached
    OutOfRange, ///< offset, which was asked for, is outside the log; rests until seekAndResume()
    PartitionError, ///< authorisation, size, …: `text`; partition -1: a topic that is not there
    CorruptData,    ///< CRC or decompression error at offset; paused already, told once
    InstanceFenced, ///< another member has our group.instance.id: this lane must end
    Fatal,          ///< the client can do nothing more
};

struct Event
{
    EventKind kind = EventKind::Fatal;
    std::vector<TopicPartition> partitions; ///< one for per-partition events
    Offset offset;
    std::string text;
};

struct Polled
{
    record::Batch batch;       ///< may be empty
    std::vector<Event> events; ///< in the order in which they came; per partition, an
                               ///< EndOfPartition stands behind the records it follows
};

struct ConsumerSettings
{
    ClientSettings client;
    std::string group;
    std::string instanceId; ///< group.instance.id: "<instance>-<lane>"; empty: dynamic member
    std::size_t queueBytesMax = 8u << 20;
    std::chrono::milliseconds fetchWaitMax{100};
};

/// One member of a consumer group; every call from one thread (its lane). Settings that
/// exactly-once rests on are fixed here (ingest rules §3, §4): no auto commit, no offset store,
/// auto.offset.reset=error, check.crcs, read_committed, partition EOF, cooperative-sticky,
/// receive.message.max.bytes 512 MiB.
class Consumer
{
public:
    /// Errors: Scope::Process, Code::InvalidInput for settings.
    static Result<Consumer> open(const ConsumerSettings& settings);
    Consumer(Consumer&&) noexcept;
    Consumer& operator=(Consumer&&) noexcept;
    ~Consumer(); ///< close()

    /// The whole list; replaces the former one. An empty list unsubscribes.
    Result<void> subscribe(std::span<const std::string> topics);

    /// Gathers what arrives until `recordsMax`, `bytesMax` or `wait` after the call, whichever is
    /// first; returns at once when an event other than EndOfPartition arrives. At least one record
    /// is returned whatever its size. Records keep librdkafka's memory until Batch::memory goes.
    Polled poll(std::size_t recordsMax, std::size_t bytesMax, std::chrono::milliseconds wait);

    /// Incremental (cooperative) assignment of newly assigned partitions at given offsets.
    Result<void> assign(std::span<const StartAt> partitions);
    Result<void> unassign(std::span<const TopicPartition> partitions);
    /// Stops delivery and drops what is queued. There is no bare resume: use seekAndResume.
    Result<void> pause(std::span<const TopicPartition> partitions);
    /// Resumes, then seeks with time-out 0; the first event of each is the caller's proof.
    Result<void> seekAndResume(std::span<const StartAt> partitions);
    /// Asks the broker (not the cache). Error Retry when it does not answer in time.
    Result<Watermarks> watermarks(const TopicPartition& where, std::chrono::milliseconds timeout);
    /// The low watermarks of many partitions, one request a broker. A partition of which the broker
    /// says nothing (in time) is not in the answer.
    std::map<TopicPartition, Offset> lowWatermarks(std::span<const TopicPartition> partitions,
                                                   std::chrono::milliseconds timeout);
    /// The last high watermark and last stable offset known from fetches, for lag; empty: unknown.
    [[nodiscard]] std::optional<Watermarks> cachedWatermarks(const TopicPartition& where) const;

    /// Writes offsets for lag tools, asynchronously; errors are ignored (they are never read).
    void commitForTools(std::span<const StartAt> nextOffsets);

    /// Leaves cleanly, within about 2 s; a static member keeps its partitions for the session
    /// time-out. Nothing else may be called afterwards. Batches stay readable.
    void close() noexcept;

private:
    struct State;
    explicit Consumer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace::kafka
