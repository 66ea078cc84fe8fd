// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/tally.h"

#include <algorithm>

namespace millrace::landing {

namespace {

Error unbalanced(const control::PositionKey& key, const std::string& why)
{
    return {Scope::Batch, Code::Internal, "the batch does not add up: " + why,
            key.topic + "[" + std::to_string(key.partition.value) + "]"};
}

std::int64_t bytesOf(const record::Message& message)
{
    std::size_t bytes = message.key.size() + message.value.size();
    for (const record::Header& header : message.headers)
        bytes += header.name.size() + (header.value ? header.value->size() : 0);
    return static_cast<std::int64_t>(bytes);
}

void count(PartitionTally& tally, std::span<const record::Message> messages, std::span<Fate> fates,
           std::size_t end, int deadRunMax)
{
    std::int64_t run = tally.advance->deadRun;
    std::size_t i = tally.begin;
    for (; i < end && fates[i] != Fate::Beyond; ++i) {
        tally.bytes += bytesOf(messages[i]);
        if (fates[i] == Fate::Row) {
            ++tally.rows;
            tally.deadRun = 0;
            run = 0;
        } else if (fates[i] == Fate::Skipped) {
            ++tally.skipped;
        } else {
            ++tally.dead;
            ++tally.deadRun;
            if (++run >= deadRunMax && deadRunMax > 0) {
                std::fill(fates.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                          fates.begin() + static_cast<std::ptrdiff_t>(end), Fate::Beyond);
            }
        }
    }
    tally.end = i;
    tally.cut = i < end;
}

/// Where the position stands, and the holes below it; a cut leaves what is behind it for another
/// time.
Result<void> close(PartitionTally& tally, std::span<const record::Message> messages)
{
    const PartitionAdvance& advance = *tally.advance;
    const std::int64_t from = advance.held.nextOffset.value;
    const auto taken = static_cast<std::int64_t>(tally.end - tally.begin);
    tally.next = tally.cut ? Offset(messages[tally.end - 1].offset.value + 1) : advance.next;
    tally.holes = tally.next.value - from - taken;
    if (tally.holes < 0 || (!tally.cut && tally.holes != advance.holes))
        return unbalanced(advance.held.key, "offsets " + std::to_string(from) + " to " +
                                                std::to_string(tally.next.value) + " with " +
                                                std::to_string(taken) + " records and " +
                                                std::to_string(advance.holes) + " holes");
    return {};
}

} // namespace

Result<std::vector<PartitionTally>> tally(std::span<const record::Message> messages,
                                          std::span<Fate> fates,
                                          std::span<const PartitionAdvance> advances,
                                          int deadRunMax)
{
    std::vector<PartitionTally> tallies;
    std::size_t at = 0;
    for (const PartitionAdvance& advance : advances) {
        const control::Position& held = advance.held;
        PartitionTally one;
        one.advance = &advance;
        one.begin = at;
        for (; at < messages.size() && messages[at].partition == held.key.partition; ++at) {
            const Offset atLeast =
                at == one.begin ? held.nextOffset : Offset(messages[at - 1].offset.value + 1);
            if (messages[at].offset < atLeast || messages[at].offset >= advance.next)
                return unbalanced(held.key, "offset " + std::to_string(messages[at].offset.value) +
                                                " is out of order or outside the advance");
        }
        count(one, messages, fates, at, deadRunMax);
        if (auto done = close(one, messages); !done)
            return done.error();
        tallies.push_back(one);
    }
    if (at != messages.size())
        return unbalanced(advances.empty() ? control::PositionKey{} : advances.front().held.key,
                          "a record is of no partition that advances");
    return tallies;
}

Result<control::Position> advancePosition(const control::Position& locked,
                                          const PartitionTally& tally,
                                          std::span<const record::Message> messages)
{
    control::Position position = locked;
    position.nextOffset = tally.next;
    position.rows += tally.rows;
    position.dead += tally.dead;
    position.skipped += tally.skipped;
    position.holes += tally.holes;
    position.bytes += tally.bytes;
    position.lowSeen = std::max(locked.lowSeen, tally.advance->held.lowSeen);
    position.epochAtProgress = locked.ownerEpoch;
    if (position.reason == control::resumedByPerson)
        position.reason.clear();
    if (tally.end > tally.begin) {
        const record::Message& first = messages[tally.begin];
        const record::Message& last = messages[tally.end - 1];
        position.lastOffset = last.offset;
        position.fingerprint = record::fingerprint(last);
        if (!position.firstFingerprint) {
            position.firstFingerprint = record::fingerprint(first);
            position.firstRecordOffset = first.offset;
        }
    }
    if (!position.balances())
        return unbalanced(position.key, "the position would not balance");
    return position;
}

} // namespace millrace::landing
