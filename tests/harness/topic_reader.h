// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_client.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::harness {

/// A record as the broker gives it to a plain consumer.
struct ReadRecord
{
    int partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestampMs = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

/// Reads a topic from its first record to its present end by manual assignment, read_committed,
/// calling `record` in offset order within each partition. Shares no code with the program.
/// Throws HarnessError when an end is not reached within 120 s.
void forEachRecord(const KafkaProperties& client, const std::string& topic,
                   const std::function<void(const ReadRecord&)>& record);

/// All records, by (partition, offset).
[[nodiscard]] std::map<std::pair<int, std::int64_t>, ReadRecord>
readTopic(const std::string& brokers, const std::string& topic);

} // namespace millrace::harness
