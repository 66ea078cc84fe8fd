// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_client.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace millrace::harness {

/// First offset still there and the offset after the last record.
struct Watermarks
{
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Topics made, changed and removed through librdkafka: no JVM start a call. A call waits until the
/// broker shows the effect, and throws HarnessError when it refuses.
class KafkaAdmin
{
public:
    explicit KafkaAdmin(const KafkaProperties& properties,
                        std::chrono::milliseconds wait = std::chrono::seconds(30));

    void createTopic(const std::string& topic, int partitions = 1,
                     const KafkaProperties& settings = {});
    void deleteTopic(const std::string& topic);
    /// The topic has `total` partitions afterwards.
    void addPartitions(const std::string& topic, int total);
    /// Replaces all settings of the topic; the broker follows soon, not at once.
    void configureTopic(const std::string& topic, const KafkaProperties& settings);
    /// Deletes the records below `before`.
    void deleteRecords(const std::string& topic, int partition, std::int64_t before);
    /// Sets the committed offset of a group without members.
    void resetGroup(const std::string& group, const std::string& topic, int partition,
                    std::int64_t offset);

    [[nodiscard]] Watermarks watermarks(const std::string& topic, int partition);
    /// 0 when the topic does not exist.
    [[nodiscard]] int partitionCount(const std::string& topic);

private:
    [[nodiscard]] int waitMs() const { return static_cast<int>(m_wait.count()); }
    /// Sends a request to the queue and returns when its result event is there and without error.
    void request(const std::string& what, const std::function<void(rd_kafka_queue_s*)>& send);
    void awaitPartitions(const std::string& topic, int count);

    KafkaHandle m_client;
    KafkaQueueHandle m_queue;
    std::chrono::milliseconds m_wait; ///< for an answer
};

} // namespace millrace::harness
