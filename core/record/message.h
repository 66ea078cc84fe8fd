// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::record {

/// One header; a null value and an empty one differ.
struct Header
{
    std::string_view name;
    std::optional<std::string_view> value;
};

/// A record as the broker delivered it. Views into memory that the Batch owns.
struct Message
{
    std::uint32_t topic = 0; ///< index into Batch::topics
    PartitionId partition;
    Offset offset;
    std::int64_t timestampMs = -1; ///< -1: the record has none
    bool hasKey = false;           ///< a null key and an empty one differ
    bool hasValue = false;         ///< false: a tombstone
    std::string_view key;
    std::string_view value;
    std::vector<Header> headers; ///< in order, duplicates kept; usually empty
};

/// Fingerprint of a record: XXH3-64 over lengths and bytes of key, value, timestamp and headers.
[[nodiscard]] std::uint64_t fingerprint(const Message& message);

/// What one poll gave: the unit of decoding and of a transaction. Ordered by (topic, partition,
/// offset); offsets of one partition strictly increase.
struct Batch
{
    std::vector<std::string> topics;
    std::vector<Message> messages;
    std::size_t bytes = 0;        ///< of keys, values and headers
    std::shared_ptr<void> memory; ///< keeps the views alive
};

} // namespace millrace::record
