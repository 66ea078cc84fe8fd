// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/control/position.h"
#include "core/landing/row_encoder.h"
#include "core/landing/tally.h"
#include "core/landing/topic_landing.h"
#include "core/postgres/connection.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// A topic's part of a batch.
struct TopicWork
{
    std::string topic;
    Generation generation;
    TopicLanding* landing = nullptr; ///< null: nothing but holes to book
    std::span<const PartitionAdvance> advances;
    std::vector<PartitionTally> tallies;
    std::vector<RefusedRow> refused; ///< found by the careful copy; their fate is Dead
    std::optional<Error> aside;      ///< it leaves the batch
    bool isCareful = false;          ///< the server refused a row: copy under savepoints
    int refreshes = 0;

    [[nodiscard]] bool hasRows() const { return landing != nullptr && landing->hasRows(); }
    [[nodiscard]] std::span<const record::Message> messages() const
    {
        return landing == nullptr ? std::span<const record::Message>() : landing->messages();
    }
};

/// The transaction of ingest rules §2 over prepared works, from BEGIN to COMMIT; rolled back
/// whenever it does not end in COMMIT. One thread.
class BatchTransaction
{
public:
    BatchTransaction(postgres::Connection& connection, RowEncoder& encoder, const Limits& limits)
        : m_connection(connection)
        , m_encoder(encoder)
        , m_limits(limits)
    {
    }

    /// True: committed. False: rolled back, and what stood in the way is marked in the works
    /// (aside, careful, table forgotten) or in this object: try again with those that are left.
    /// Errors as Committer::land.
    Result<bool> run(std::span<TopicWork> works);

    [[nodiscard]] const std::vector<control::Position>& positions() const { return m_positions; }
    [[nodiscard]] std::chrono::microseconds encodeTime() const { return m_encodeTime; }
    [[nodiscard]] std::chrono::microseconds lockAndUpdateTime() const { return m_lockTime; }

private:
    Result<bool> attempt(std::span<TopicWork> works);
    Result<void> lockPositions(std::span<TopicWork> works);
    Result<bool> lockTables(std::span<TopicWork> works);
    Result<bool> findBlocked(std::span<TopicWork> works, const Error& cause);
    Result<bool> copyRows(TopicWork& work);
    Result<void> copyCarefully(TopicWork& work, TableCopy& copy);
    Result<bool> answerCopyError(TopicWork& work, const Error& error);
    Result<void> copyLetters(std::span<TopicWork> works);
    Result<bool> commit(std::span<TopicWork> works);
    Result<bool> answerCommitError(const Error& error);
    void refresh(TopicWork& work, const Error& why);

    postgres::Connection& m_connection;
    RowEncoder& m_encoder;
    const Limits& m_limits;
    bool m_checksConstraints =
        false;             ///< a deferred rule of the users' refused at COMMIT: find whose
    int m_unexplained = 0; ///< lock errors that a second look did not show
    std::vector<control::Position> m_positions; ///< as locked, then as committed
    std::chrono::microseconds m_encodeTime{0};
    std::chrono::microseconds m_lockTime{0};
};

} // namespace millrace::landing
