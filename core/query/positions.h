// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/offset_vector.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace millrace::query {

/// Where the tables of some topics stand. Whatever changes their rows through Millrace changes the
/// mark in the same transaction: landing, schema changes, new generations, and dead letters that
/// are replayed. TRUNCATE, ALTER TABLE and GRANT by others change it too, their INSERT, UPDATE and
/// DELETE do not.
struct Positions
{
    OffsetVector seen;
    std::string mark; ///< equal marks: equal rows
    bool operator==(const Positions&) const = default;
};

/// The same for one topic. A topic that is not known has none, and a mark that says so.
struct TopicPositions
{
    std::vector<PartitionOffset> offsets; ///< of the current generation
    std::int64_t schemaVersion = 0;
    std::string mark;
    bool operator==(const TopicPositions&) const = default;
};
using PositionsByTopic = std::map<std::string, TopicPositions, std::less<>>;

/// One parameter: the topics, as control::arrayText() writes them.
extern const char* const positionsSql;
[[nodiscard]] PositionsByTopic positionsIn(const postgres::ResultSet& rows); ///< of positionsSql

/// As they are now, by any session that may read millrace.seen: the owner's and the query role's.
Result<PositionsByTopic> readPositions(postgres::Connection& session,
                                       const std::vector<std::string>& topics);

/// The same by a statement that preparePositions() has made in that session: planning it takes
/// longer than running it.
Result<void> preparePositions(postgres::Connection& session);
Result<PositionsByTopic> readPrepared(postgres::Connection& session,
                                      const std::vector<std::string>& topics);

/// One reading serves questions about any of its topics. `topics` are sorted.
[[nodiscard]] Positions positionsOf(const PositionsByTopic& read,
                                    const std::vector<std::string>& topics);

} // namespace millrace::query
