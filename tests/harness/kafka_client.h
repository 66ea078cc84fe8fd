// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>

struct rd_kafka_s;       // librdkafka calls it rd_kafka_t
struct rd_kafka_queue_s; // rd_kafka_queue_t

namespace millrace::harness {

/// librdkafka properties by name.
using KafkaProperties = std::map<std::string, std::string>;

struct CloseKafka
{
    void operator()(rd_kafka_s* client) const noexcept;
};
struct CloseKafkaQueue
{
    void operator()(rd_kafka_queue_s* queue) const noexcept;
};
using KafkaHandle = std::unique_ptr<rd_kafka_s, CloseKafka>;
using KafkaQueueHandle = std::unique_ptr<rd_kafka_queue_s, CloseKafkaQueue>;

/// Plain librdkafka clients, none of our code. Throw HarnessError for a refused property.
/// Delivery reports of a producer are events: take them from its main queue.
[[nodiscard]] KafkaHandle openProducer(const KafkaProperties& properties);
[[nodiscard]] KafkaHandle openConsumer(const KafkaProperties& properties);

/// Whether this librdkafka can log in by SCRAM at all: before 2.6.1 it sends a nonce that brokers
/// refuse since they check it (CVE-2024-56128; librdkafka pull request 4895). Debian 12 has 2.0.2.
[[nodiscard]] bool scramWorks();

} // namespace millrace::harness
