// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/live_figures.h"

namespace millrace::app {

namespace {

http::LaneFigures laneOf(const ingest::LaneStatus& lane)
{
    http::LaneFigures figures;
    figures.lane = lane.lane;
    figures.state = lane.state;
    figures.healthy = lane.healthy;
    const ingest::LaneCounters& counted = lane.counters;
    figures.counters = {
        {"rows_total", static_cast<double>(counted.rows)},
        {"dead_letters_total", static_cast<double>(counted.dead)},
        {"skipped_total", static_cast<double>(counted.skipped)},
        {"consumed_bytes_total", static_cast<double>(counted.bytes)},
        {"batches_total", static_cast<double>(counted.batches)},
        {"dropped_records_total", static_cast<double>(counted.droppedRecords)},
        {"recoveries_total", static_cast<double>(counted.recoveries)},
        {"schema_changes_total", static_cast<double>(counted.schemaChanges)},
        {"decode_seconds_total", counted.decodeSeconds},
        {"encode_seconds_total", counted.encodeSeconds},
        {"database_seconds_total", counted.databaseSeconds},
    };
    return figures;
}

} // namespace

http::Live liveOf(const engine::EngineStatus& status)
{
    http::Live live;
    live.ready = status.ready;
    live.reasons = status.troubles;
    live.alarms = status.alarms;
    for (const auto& lane : status.lanes)
        live.lanes.push_back(laneOf(*lane));
    return live;
}

} // namespace millrace::app
