// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <string_view>

namespace millrace::ingest {

/// What was found where the first or the last consumed record should stand.
enum class Trace : std::uint8_t {
    Same,    ///< a record with the stored fingerprint
    Differs, ///< a record with another fingerprint
    Gone,    ///< no record there any more (retention, compaction), or beyond the log's end
    Unknown, ///< nothing was ever consumed, or nobody has looked
};

/// Everything known about a partition whose position may not belong to its stream any more.
struct Evidence
{
    bool clusterDiffers = false; ///< both ids known
    bool topicIdKnown = false;   ///< on both sides
    bool topicIdDiffers = false;
    bool topicWasAbsent = false; ///< a listing without the topic was seen since the last proof
    int otherPartitionsSuspect = 0;
    Offset lowSeen;
    Offset nextOffset;
    Offset low;
    Offset high;
    Trace first = Trace::Unknown;
    Trace last = Trace::Unknown;
};

enum class Verdict : std::uint8_t {
    GoOn,          ///< the position belongs to this stream
    Gap,           ///< retention ran past it: [nextOffset, low) is lost
    Recreated,     ///< another topic of the same name: new generation of the whole topic
    Diverged,      ///< the log was cut or rewritten: the partition stops
    ClusterSwapped ///< another cluster: the topic stops until it is accepted
};

/// Pure; the table of ingest rules §3. The caller lets every verdict but GoOn hold for
/// Limits::verdictWait of renewed evidence before acting on it.
[[nodiscard]] Verdict judge(const Evidence& evidence) noexcept;

[[nodiscard]] std::string_view verdictName(Verdict verdict) noexcept;

} // namespace millrace::ingest
