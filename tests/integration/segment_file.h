// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_broker.h"

#include <cstdint>
#include <string>

namespace millrace::integration {

/// The first segment of a partition as the broker keeps it on its disk, to be spoilt while the
/// broker is down. Source: Kafka's documentation, "On-disk format", record batches of version 2.
class SegmentFile
{
public:
    SegmentFile(const harness::KafkaBroker& broker, const std::string& topic, int partition);

    /// Everything behind the batch that holds `offset` is gone.
    void cutBehind(std::int64_t offset);
    /// Turns one bit of the last byte of the batch that holds `offset`; once more mends it.
    void flipByteAt(std::int64_t offset);

private:
    /// Where the batch ends that holds `offset`. Throws HarnessError when there is none.
    [[nodiscard]] std::uint64_t endOfBatch(std::int64_t offset) const;

    std::string m_folder;
    std::string m_file;
};

} // namespace millrace::integration
