// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/lane_status.h"

#include <algorithm>

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

void LaneCounters::add(const landing::Committed& committed)
{
    const auto seconds = [](std::chrono::microseconds time) {
        return std::chrono::duration<double>(time).count();
    };
    rows += committed.rows;
    dead += committed.dead;
    skipped += committed.skipped;
    schemaChanges += committed.schemaChanges;
    ++batches;
    decodeSeconds += seconds(committed.decodeTime);
    encodeSeconds += seconds(committed.encodeTime);
    databaseSeconds += seconds(committed.databaseTime);
}

std::vector<PartitionFigures>
figuresOf(const Assignment& assignment, const kafka::Consumer& consumer,
          const std::map<kafka::TopicPartition, std::int64_t>& newestMs)
{
    const auto nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
    std::vector<PartitionFigures> all;
    for (const auto& [where, cursor] : assignment.cursors()) {
        PartitionFigures& figures = all.emplace_back();
        figures.where = where;
        figures.phase = phaseName(cursor.phase());
        figures.reason = cursor.reason();
        if (!cursor.holdsPosition())
            continue;
        figures.nextOffset = cursor.position().nextOffset.value;
        figures.rows = cursor.position().rows;
        figures.origin = cursor.origin();
        if (const auto marks = consumer.cachedWatermarks(where))
            figures.lagRecords = std::max<std::int64_t>(0, marks->high.value - figures.nextOffset);
        const auto newest = newestMs.find(where);
        if (newest != newestMs.end() && newest->second > 0 && figures.lagRecords.value_or(0) > 0)
            figures.lagSeconds =
                static_cast<double>(std::max<std::int64_t>(0, nowMs - newest->second)) / 1e3;
    }
    return all;
}

} // namespace millrace::ingest
