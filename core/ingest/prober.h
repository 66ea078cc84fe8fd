// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/lane.h"
#include "core/ingest/proof_marks.h"

#include <functional>
#include <map>
#include <stop_token>

namespace millrace::ingest {

/// Repeats the proof for partitions that advanced, every Limits::proofInterval, by one consumer of
/// the process, so that the lanes' queues stay (ingest rules §3 (e)). What is compared is the
/// record that was the last one when a probe last passed; before the first one, the record at which
/// the lane took over and the first one of the generation. A log that was swapped in since has
/// another there, even though we have gone on reading it. Such a partition becomes a suspect and
/// its lane judges it. Its own thread.
class Prober
{
public:
    struct Settings
    {
        kafka::ClientSettings client;
        postgres::Dsn dsn;
        std::string applicationName;
        Limits limits;
    };
    using Statuses = std::function<std::vector<std::shared_ptr<const LaneStatus>>()>;

    Prober(Settings settings, Shared& shared, Statuses statuses)
        : m_settings(std::move(settings))
        , m_shared(shared)
        , m_statuses(std::move(statuses))
    {
    }
    void run(const std::stop_token& stop);

private:
    Result<void> round(const std::stop_token& stop);
    /// Partitions that lanes of this process read now, with PartitionCursor::origin() of each.
    using Topics = std::map<std::string, std::map<PartitionId, std::optional<ProofMark>>>;
    [[nodiscard]] Topics running() const;
    bool holds(const control::Position& position, const ProofMark& now,
               const std::optional<ProofMark>& origin);

    Settings m_settings;
    Shared& m_shared;
    Statuses m_statuses;
    std::unique_ptr<kafka::Cluster> m_cluster;
    std::stop_token m_stop; ///< of run()
    std::unique_ptr<postgres::Connection> m_connection;
    ProofMarks m_marks;
};

} // namespace millrace::ingest
