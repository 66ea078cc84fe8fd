// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/kafka/consumer.h"

#include <cstdint>
#include <map>
#include <optional>

namespace millrace::ingest {

/// A consumed record to look for again.
struct ProofMark
{
    Generation generation;
    Offset offset;
    std::uint64_t fingerprint = 0;
};

/// The last record of each partition a round ago. Pure; one thread.
class ProofMarks
{
public:
    /// Remembers `now` and gives what is to be proved: the mark of a round ago, when the partition
    /// has advanced since in the same generation. A log that was swapped in between has another
    /// record there, even though we have gone on reading it and stored the new one's fingerprint.
    std::optional<ProofMark> advance(const kafka::TopicPartition& where, const ProofMark& now);

private:
    std::map<kafka::TopicPartition, ProofMark> m_marks;
};

} // namespace millrace::ingest
