// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/control/position.h"
#include "core/kafka/consumer.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace millrace::ingest {

/// A consumed record to look for again.
struct ProofMark
{
    Generation generation;
    Offset offset;
    std::uint64_t fingerprint = 0;
    bool operator==(const ProofMark&) const = default;
};

/// The last record of the position, and the first one ever consumed in its generation; empty: none.
[[nodiscard]] std::optional<ProofMark> lastMark(const control::Position& position);
[[nodiscard]] std::optional<ProofMark> firstMark(const control::Position& position);

/// The record of each partition that was last found to be the one consumed. Pure; one thread.
class ProofMarks
{
public:
    /// What is to be looked for where the partition stands at `now`: the record that passed a round
    /// ago, or `origins` when none of this generation has passed. A log that was swapped in has
    /// another record there, even though we have gone on reading it and stored the new one's
    /// fingerprint. Nothing for a partition that has not advanced.
    [[nodiscard]] std::vector<ProofMark> due(const kafka::TopicPartition& where,
                                             const ProofMark& now,
                                             std::span<const ProofMark> origins) const;
    /// Nothing spoke against what was due, so `now`, read before, was consumed from the same log.
    void passed(const kafka::TopicPartition& where, const ProofMark& now);

private:
    std::map<kafka::TopicPartition, ProofMark> m_marks;
};

} // namespace millrace::ingest
