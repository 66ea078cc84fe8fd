// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_client.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::harness {

/// One record to produce.
struct TestRecord
{
    std::string topic;
    std::optional<std::string> value = {}; ///< nothing: a tombstone; empty: zero bytes
    std::optional<std::string> key = {};
    int partition = -1;           ///< -1: by the library's partitioner
    std::int64_t timestampMs = 0; ///< 0: now
    std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

/// Plain librdkafka producer: idempotent, so records of a partition keep their order.
class TestProducer
{
public:
    /// `more`: further librdkafka properties, e.g. compression.codec, transactional.id. With a
    /// transactional.id, begin() … commit() or abort() enclose the records.
    explicit TestProducer(const std::string& brokers, const KafkaProperties& more = {});

    /// Hands a record to the library; waits while its queue is full.
    void produce(const TestRecord& record);
    /// Waits until the broker has every record; throws HarnessError when it has not within 60 s.
    void flush();
    /// produce() and flush().
    void send(const TestRecord& record);

    void begin();
    void commit();
    void abort();

private:
    /// Takes delivery reports for up to `waitMs`; an error among them is remembered for flush().
    void collect(int waitMs);

    KafkaHandle m_client;
    KafkaQueueHandle m_reports;
    std::string m_trouble;
};

} // namespace millrace::harness
