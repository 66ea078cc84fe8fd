// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/client_settings.h"
#include "core/kafka/consumer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_mock_cluster_s;

namespace millrace::tests {

/// librdkafka's mock cluster in this process, one broker.
class MockCluster
{
public:
    MockCluster();
    MockCluster(const MockCluster&) = delete;
    MockCluster& operator=(const MockCluster&) = delete;
    ~MockCluster();

    [[nodiscard]] std::string brokers() const;
    [[nodiscard]] kafka::ClientSettings client() const;
    void createTopic(const std::string& name, int partitions);
    void setDown(bool isDown);

private:
    rd_kafka_s* m_owner;
    rd_kafka_mock_cluster_s* m_cluster;
};

/// Produces values "<prefix><n>" for n in [0, count) to one partition and waits for the broker.
void fill(const std::string& brokers, const kafka::TopicPartition& where, int count,
          const std::string& prefix = "v");

/// A member of group `group` that answers rebalances by assigning at `start`.
struct Member
{
    kafka::Consumer consumer;
    Offset start{0};
    std::vector<kafka::TopicPartition> held = {};
    std::vector<kafka::Event> events = {};
    std::vector<std::string> values = {}; ///< "topic[partition]@offset=value"

    static Member join(const MockCluster& cluster, const std::string& group,
                       const std::vector<std::string>& topics);
    /// One poll: records and events are noted, rebalances answered.
    kafka::Polled step(std::size_t recordsMax = 10'000, std::size_t bytesMax = 1u << 20);
    /// Steps until the condition holds; false after 60 s: the mock is slow to form groups.
    bool stepUntil(const std::function<bool()>& condition);
    /// The same, with what each step brought.
    bool stepUntil(const std::function<bool(const kafka::Polled&)>& condition,
                   std::size_t recordsMax = 10'000, std::size_t bytesMax = 1u << 20);
    [[nodiscard]] std::size_t count(kafka::EventKind kind) const;
};

[[nodiscard]] std::string textOf(const record::Batch& batch, const record::Message& message);

} // namespace millrace::tests
