// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/lane_status.h"

namespace millrace::ingest {

std::string_view phaseName(Phase phase) noexcept
{
    switch (phase) {
    case Phase::Taking:
        return "taking";
    case Phase::Proving:
        return "proving";
    case Phase::Running:
        return "running";
    case Phase::Judging:
        return "judging";
    case Phase::Aside:
        return "aside";
    case Phase::Paused:
        return "paused";
    case Phase::Stopped:
        break;
    }
    return "stopped";
}

PartitionFigures figuresOf(const PartitionCursor& cursor, const kafka::Consumer& consumer,
                           std::optional<std::int64_t> newestMs, std::int64_t nowMs)
{
    PartitionFigures figures;
    figures.where = cursor.where();
    figures.phase = phaseName(cursor.phase());
    figures.reason = cursor.reason();
    if (!cursor.holdsPosition())
        return figures;
    figures.nextOffset = cursor.position().nextOffset.value;
    if (const auto marks = consumer.cachedWatermarks(cursor.where()))
        figures.lagRecords = std::max<std::int64_t>(0, marks->high.value - figures.nextOffset);
    if (newestMs && *newestMs > 0 && figures.lagRecords.value_or(0) > 0)
        figures.lagSeconds =
            static_cast<double>(std::max<std::int64_t>(0, nowMs - *newestMs)) / 1e3;
    return figures;
}

} // namespace millrace::ingest
