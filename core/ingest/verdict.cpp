// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/verdict.h"

namespace millrace::ingest {

Verdict judge(const Evidence& evidence) noexcept
{
    if (evidence.clusterDiffers)
        return Verdict::ClusterSwapped;
    if (evidence.topicIdDiffers || evidence.low < evidence.lowSeen ||
        evidence.first == Trace::Differs)
        return Verdict::Recreated;
    const bool beyondEnd = evidence.nextOffset > evidence.high;
    if (evidence.last == Trace::Differs || beyondEnd) {
        if (evidence.first == Trace::Same || evidence.topicIdKnown)
            return Verdict::Diverged;
        const bool corroborated = evidence.topicWasAbsent || evidence.otherPartitionsSuspect > 0;
        return corroborated ? Verdict::Recreated : Verdict::Diverged;
    }
    return evidence.low > evidence.nextOffset ? Verdict::Gap : Verdict::GoOn;
}

std::string_view verdictName(Verdict verdict) noexcept
{
    switch (verdict) {
    case Verdict::GoOn:
        return "go_on";
    case Verdict::Gap:
        return "gap";
    case Verdict::Recreated:
        return "recreated";
    case Verdict::Diverged:
        return "diverged";
    case Verdict::ClusterSwapped:
        break;
    }
    return "cluster_swapped";
}

} // namespace millrace::ingest
