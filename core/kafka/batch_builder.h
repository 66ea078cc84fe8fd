// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/record/message.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_message_s;

namespace millrace::kafka {

/// Turns librdkafka's messages into a record::Batch without copying a byte of them. The order of a
/// batch (topic, partition, offset) is made by sorting *runs* of one partition: messages of one
/// partition arrive in order, and a hundred thousand of them make a few dozen runs.
class BatchBuilder
{
public:
    /// Messages live on librdkafka's memory, so the batch keeps the client alive too. `expected`:
    /// how many to make room for.
    explicit BatchBuilder(std::shared_ptr<rd_kafka_s> client, std::size_t expected = 1);

    /// The records that follow are of this partition. `topic` must live until finish().
    void beginRun(std::string_view topic, PartitionId partition);
    /// Takes over a message of the run begun last. It is read here, while librdkafka has just had
    /// it in the cache: at the end of a large batch that costs half as much again.
    void add(rd_kafka_message_s* message);

    [[nodiscard]] std::size_t size() const noexcept { return m_read.size(); }
    [[nodiscard]] std::size_t payloadBytes() const noexcept { return m_payloadBytes; }

    [[nodiscard]] record::Batch finish();

private:
    struct Messages; ///< destroys what it holds
    struct Run
    {
        std::string_view topic;
        PartitionId partition;
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };

    void putInOrder();

    std::shared_ptr<Messages> m_messages;
    std::vector<record::Message> m_read; ///< in the order of arrival
    std::vector<Run> m_runs;
    std::size_t m_payloadBytes = 0;
};

} // namespace millrace::kafka
