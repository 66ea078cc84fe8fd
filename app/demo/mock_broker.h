// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kafka/kafka_handles.h"

#include <string>
#include <vector>

namespace millrace::demo {

/// A Kafka broker inside this process (librdkafka's mock cluster) on a free port of the loopback.
/// It keeps at most 5 MB a partition, forgets at exit and has another cluster id at each start.
class MockBroker
{
public:
    /// Topics are made with `partitions` each. Errors: Scope::Process.
    static Result<MockBroker> start(const std::vector<std::string>& topics, int partitions);
    MockBroker(MockBroker&&) noexcept;
    MockBroker& operator=(MockBroker&&) = delete;
    ~MockBroker();

    [[nodiscard]] const std::string& brokers() const noexcept { return m_brokers; }

private:
    explicit MockBroker(kafka::ClientHandle client);

    kafka::ClientHandle m_client; ///< owns the cluster
    std::string m_brokers;
};

} // namespace millrace::demo
