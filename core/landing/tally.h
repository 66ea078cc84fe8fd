// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/control/position.h"
#include "core/record/message.h"

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::landing {

/// What becomes of a message.
enum class Fate : std::uint8_t {
    Row,
    Dead,
    Skipped, ///< a tombstone
    Beyond,  ///< behind the record that filled the breaker's run: not of this commit
};

/// Partition-wise advance that the lane wants booked; `held` is what it believes the row to be.
struct PartitionAdvance
{
    control::Position held;
    Offset next;            ///< where the position stands afterwards
    std::int64_t holes = 0; ///< offsets without a record in [held.next, next)
    std::int64_t deadRun =
        0; ///< consecutive dead letters up to held.next; at Limits::deadRunMax the
           ///< partition's part of the batch is cut behind the record that fills it
};

/// What one partition brings, counted from the fates of its messages.
struct PartitionTally
{
    const PartitionAdvance* advance = nullptr;
    std::size_t begin = 0; ///< its messages in the topic's span
    std::size_t end = 0;   ///< one past the last that is not Beyond
    Offset next;
    std::int64_t holes = 0;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t bytes = 0;
    std::int64_t deadRun = 0; ///< consecutive dead at the end, only of this commit
    bool cut = false;
};

/// Counts every partition of `advances` (sorted by partition, one topic). `messages` are by
/// (partition, offset); each must be of one of the advances and inside [held.next, next). Where a
/// run of dead letters reaches `deadRunMax` the rest of the partition becomes Fate::Beyond; 0:
/// never. Errors: Internal, when messages, holes and offsets do not add up.
Result<std::vector<PartitionTally>> tally(std::span<const record::Message> messages,
                                          std::span<Fate> fates,
                                          std::span<const PartitionAdvance> advances,
                                          int deadRunMax);

/// The row of millrace.position after the tally, from the row as it was locked: its counters may
/// have been moved by a replay since `held` was read. Errors: Internal when it would not balance.
Result<control::Position> advancePosition(const control::Position& locked,
                                          const PartitionTally& tally,
                                          std::span<const record::Message> messages);

} // namespace millrace::landing
