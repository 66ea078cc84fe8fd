// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::control {

struct PositionKey
{
    std::string topic;
    Generation generation;
    PartitionId partition;
    auto operator<=>(const PositionKey&) const = default;
};

enum class PartitionState : std::uint8_t {
    Running,
    Paused,  ///< by itself, with a reason; tried again
    Stopped, ///< by a verdict or a breaker; only a person starts it again
};
[[nodiscard]] std::string_view partitionStateName(PartitionState state) noexcept;

/// Reason of a partition that was stopped and that a person let run again, until it progresses:
/// whatever verdict stopped it is no surprise any more.
inline constexpr std::string_view resumedByPerson = "resumed by a person";

/// One row of millrace.position (ingest rules §1).
struct Position
{
    PositionKey key;
    Offset firstOffset;
    Offset nextOffset;
    std::optional<Offset> lastOffset; ///< of the last record consumed; none yet: empty
    Offset lowSeen;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t gap = 0;
    std::int64_t holes = 0;
    std::int64_t bytes = 0;
    std::optional<std::uint64_t> fingerprint;      ///< of the record at lastOffset
    std::optional<std::uint64_t> firstFingerprint; ///< of the first record ever consumed
    std::optional<Offset> firstRecordOffset;       ///< its offset
    std::string owner;
    std::int64_t ownerEpoch = 0;
    std::int64_t epochAtProgress = 0;
    PartitionState state = PartitionState::Running;
    std::string reason;

    /// next − first = rows + dead + skipped + gap + holes.
    [[nodiscard]] bool balances() const noexcept
    {
        return nextOffset.value - firstOffset.value == rows + dead + skipped + gap + holes;
    }
};

/// The condition that rows of millrace.position, called p, have one of these keys.
[[nodiscard]] std::string matchesKeysSql(std::span<const PositionKey> keys);

/// SELECT … FOR UPDATE of the rows in key order, as one statement for a larger script; read its
/// result set with readPositions. Keys are sorted by the caller's std::sort (operator<=>).
[[nodiscard]] std::string lockPositionsSql(std::span<const PositionKey> sortedKeys);
[[nodiscard]] std::vector<Position> readPositions(const postgres::ResultSet& rows);

/// One UPDATE of all positions with everything but owner, owner_epoch, state and reason; sets
/// epoch_at_progress = owner_epoch and committed_at. The caller compares affected() with the count.
[[nodiscard]] std::string updatePositionsSql(std::span<const Position> positions);

/// Current positions of a topic's highest generation, without locks.
Result<std::vector<Position>> loadPositions(postgres::Connection& connection,
                                            const std::string& topic);

struct FirstSight
{
    PartitionId partition;
    Offset low;
    bool isNewPartition = false; ///< of a topic already known: [0, low) becomes a gap when low > 0
};
/// Makes missing rows of the generation; rows that exist already are left alone. In one
/// transaction.
Result<void> insertPositions(postgres::Connection& connection, const std::string& topic,
                             Generation generation, std::span<const FirstSight> partitions);

/// Takes partitions over: locks their rows in order with `lockTimeoutMs`, raises owner_epoch, sets
/// owner, and returns them as they are now. Error LockTimeout: somebody holds a row (see
/// terminateBlockers). Missing rows are simply absent from the answer.
/// `again`: keys that this very process has tried to take before. Where it still is the owner
/// nobody died since: epoch_at_progress rises too, so that lost connections, however many, are no
/// sign of an offset that kills workers.
Result<std::vector<Position>> takeOver(postgres::Connection& connection,
                                       std::span<const PositionKey> sortedKeys,
                                       const std::string& owner, int lockTimeoutMs,
                                       std::span<const PositionKey> again = {});

/// What to do after takeOver gave LockTimeout: terminates backends of our own role whose
/// application_name begins "millrace/" and that hold locks on these rows; returns how many. A
/// client stopped inside COPY answers neither cancel nor time-out, only this.
Result<int> terminateBlockers(postgres::Connection& connection,
                              std::span<const PositionKey> sortedKeys);

/// Persists a partition's state and reason; no effect on its offsets.
Result<void> setPartitionState(postgres::Connection& connection, const PositionKey& key,
                               PartitionState state, const std::string& reason);

/// [from, to) was lost upstream: gap row, gap counter and next_offset in one transaction, fenced by
/// ownerEpoch. Error Fenced when the row is not what `held` says. Returns the row afterwards; it
/// has no last record any more, since that lies below the low watermark.
Result<Position> recordGap(postgres::Connection& connection, const Position& held, Offset to,
                           Offset low, const std::string& reason);
/// The last offset of the gap in the rows that begins at `first`; none: empty.
Result<std::optional<Offset>> gapFrom(postgres::Connection& connection, const PositionKey& key,
                                      Offset first);

} // namespace millrace::control
