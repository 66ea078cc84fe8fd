// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/control/position.h"
#include "core/landing/tally.h"
#include "core/postgres/connection.h"
#include "core/record/decoder.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

struct LandingSettings
{
    std::string dataSchema = "public";
    bool brinIndex = true;
    std::string instance; ///< for events
    Limits limits;
};

/// The part of a batch that belongs to one topic: consecutive messages of record::Batch::messages,
/// all of them to be landed (proved, at or above the position).
struct TopicSlice
{
    std::string topic;
    Generation generation;
    std::span<const record::Message> messages; ///< by (partition, offset); may be empty
};

/// What one partition brought, for the breaker.
struct PartitionOutcome
{
    control::PositionKey key;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t deadRun = 0; ///< consecutive dead letters at the end of this commit, only of it
    bool cut = false;         ///< the batch ended early here: the position says where
};

struct BatchToLand
{
    std::vector<TopicSlice> slices;         ///< sorted by topic
    std::vector<PartitionAdvance> advances; ///< sorted by key; one for each partition that moves
};

/// A topic that could not land now; the rest of the batch has. Its partitions step aside.
struct SteppedAside
{
    std::string topic;
    Error error; ///< LockTimeout, RefreshSchema: try again soon. UserRule, TableLimit, NotFound,
                 ///< WaitForOperator (no privilege on this table): pause. EncoderFault, Corrupt
                 ///< (the breaker of refused rows): halt
};

struct Committed
{
    std::vector<control::Position> positions; ///< after the commit, sorted; of topics that landed
    std::vector<SteppedAside> aside;
    std::vector<PartitionOutcome> outcomes; ///< of partitions that had records
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t schemaChanges = 0;
    std::int64_t spilledValues = 0; ///< moved to _more because their row was too wide
    std::int64_t duplicateKeys = 0;
    std::int64_t byteOrderMarks = 0;
    std::chrono::microseconds decodeTime{0};
    std::chrono::microseconds encodeTime{0};
    std::chrono::microseconds databaseTime{0};
    std::chrono::microseconds lockAndUpdateTime{0}; ///< paces the batch wait (ingest rules §1)
};

/// Lands batches for one lane over its one connection: decode, plan, apply the schema (own short
/// transactions), then one transaction a batch exactly as ingest rules §2. Owns decoders, planners
/// and table states a topic. One thread.
///
/// Errors: Fenced (a position is not what was held: re-assign), ConnectionLost (doubt: re-read the
/// positions), Retry, WaitForOperator, Internal. After any error the caller forgets its positions.
/// Layout changes, refused records and locked tables are dealt with inside.
class Committer
{
public:
    Committer(postgres::Connection& connection, LandingSettings settings);
    ~Committer();

    Result<Committed> land(const BatchToLand& batch);

    /// The next batch of this topic reads the catalogue again (contract or naming changed, DDL
    /// elsewhere).
    void forget(const std::string& topic);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace millrace::landing
