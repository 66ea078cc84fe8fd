// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/assignment.h"
#include "core/record/message.h"

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace millrace::ingest {

/// What stayed of a batch, and what the cursors need because of the rest.
struct Filtered
{
    std::set<kafka::TopicPartition> touched; ///< partitions that kept records
    std::vector<std::pair<PartitionCursor*, Offer>>
        offers; ///< only those that need or tell something
    std::map<kafka::TopicPartition, std::int64_t> newestMs; ///< timestamp of the last kept record
    std::int64_t dropped = 0;
};

/// Offers the batch to the cursors partition by partition and moves the kept messages to the front;
/// `batch.messages` holds just them afterwards, in the same order. Records of partitions that are
/// not ours any more are dropped.
Filtered filterBatch(record::Batch& batch, Assignment& assignment);

} // namespace millrace::ingest
