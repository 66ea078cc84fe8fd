// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include <algorithm>
#include <thread>

namespace millrace::app {

namespace {

/// PostgreSQL works for each lane too: more than a few do not make one worker faster.
constexpr unsigned lanesUnaskedMax = 4;

int lanesOf(std::int64_t wanted)
{
    const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, lanesUnaskedMax);
    return static_cast<int>(wanted != 0 ? wanted : cores);
}

} // namespace

engine::Settings engineSettings(const Options& options)
{
    engine::Settings settings;
    settings.brokers = options.brokers;
    if (!options.topics.empty())
        settings.topicsPattern = options.topics;
    settings.group = options.group;
    settings.instance = options.instance;
    settings.database.text = options.database;
    settings.dataSchema = options.schema;
    settings.lanes = lanesOf(options.lanes);
    settings.limits.batchRecordsMax = static_cast<std::size_t>(options.batchRecords);
    settings.limits.batchBytesMax = static_cast<std::size_t>(options.batchBytes);
    settings.limits.batchWaitMax = std::chrono::milliseconds(options.batchWaitMs);
    settings.limits.valueBytesMax = static_cast<std::size_t>(options.valueLimitMb) << 20;
    settings.limits.rewriteTableBytesMax = options.rewriteLimitMb << 20;
    settings.ingest = options.ingest;
    settings.acceptCluster = options.acceptCluster;
    settings.brinIndex = options.brinIndex;
    settings.kafkaProperties = options.kafka;
    settings.dataDir = options.dataDir;
    return settings;
}

} // namespace millrace::app
