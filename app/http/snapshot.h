// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/result_cache.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::http {

/// One line of millrace.topic_status.
struct TopicFigures
{
    std::string topic;
    std::string table; ///< empty: none yet
    std::string state; ///< running, paused, halted
    std::string reason;
    std::int64_t generation = 0;
    std::int64_t partitions = 0;
    std::int64_t stoppedPartitions = 0;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t gap = 0;
    std::int64_t holes = 0;
    std::int64_t served = 0;
    std::int64_t bytes = 0;
    bool balanced = true;
    std::optional<std::int64_t> lagRecords; ///< empty: no live worker says
    std::optional<double> lagSeconds;
    std::optional<double> rowsPerSecond;
};

/// A worker that has beaten within 10 s.
struct WorkerFigures
{
    std::string instance;
    std::string version;
    double beatAgeSeconds = 0;
};

/// What the database says, of all workers that write into it.
struct Snapshot
{
    bool reachable = false;
    std::string trouble; ///< why not, in a word without secrets, hosts or data
    std::vector<TopicFigures> topics;
    std::vector<WorkerFigures> workers;
    std::int64_t openAlarms = 0; ///< events of level alarm that nobody has acknowledged
};

/// Figures of one lane of this process; counters since it began.
struct LaneFigures
{
    int lane = 0;
    std::string state;
    bool healthy = false;
    std::map<std::string, double> counters; ///< metric name without prefix → value, all *_total
};

/// What this process says of itself.
struct Live
{
    bool ready = false;
    std::vector<std::string> reasons; ///< why not
    std::string access = {};          ///< who is let in
    std::vector<LaneFigures> lanes;
    std::map<std::string, std::int64_t> alarms; ///< raised by this process, by code
    CacheFigures cache = {};
};

} // namespace millrace::http
