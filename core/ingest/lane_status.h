// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/assignment.h"
#include "core/kafka/consumer.h"
#include "core/landing/committer.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::ingest {

/// A partition as its lane sees it, for the heartbeat and the metrics.
struct PartitionFigures
{
    kafka::TopicPartition where;
    std::string phase;
    std::string reason;
    std::int64_t nextOffset = 0;
    std::int64_t rows = 0;                  ///< of the position: all that ever landed
    std::optional<std::int64_t> lagRecords; ///< to the last stable offset; empty: not known yet
    std::optional<ProofMark> origin;        ///< PartitionCursor::origin()
    double lagSeconds = 0; ///< age of the newest record consumed while behind; 0 when caught up
};

/// Counters since the lane began; only ever grow.
struct LaneCounters
{
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t bytes = 0;
    std::int64_t batches = 0;
    std::int64_t droppedRecords = 0; ///< below the position: read again after a seek
    std::int64_t recoveries = 0;
    std::int64_t schemaChanges = 0;
    double decodeSeconds = 0;
    double encodeSeconds = 0;
    double databaseSeconds = 0;

    void add(const landing::Committed& committed); ///< one batch; bytes are counted elsewhere
};

struct LaneStatus
{
    int lane = 0;
    std::string state; ///< "running", "waiting for the database: …", "ended: …"
    bool healthy = false;
    LaneCounters counters;
    std::string lastError;
    std::vector<PartitionFigures> partitions;
};

[[nodiscard]] std::string_view phaseName(Phase phase) noexcept;

/// `newestMs`: timestamps of the newest records consumed while behind.
[[nodiscard]] std::vector<PartitionFigures>
figuresOf(const Assignment& assignment, const kafka::Consumer& consumer,
          const std::map<kafka::TopicPartition, std::int64_t>& newestMs);

} // namespace millrace::ingest
