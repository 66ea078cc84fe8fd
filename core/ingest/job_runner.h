// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/job.h"
#include "core/ingest/lane.h"
#include "core/landing/committer.h"

#include <memory>
#include <stop_token>
#include <string>

namespace millrace::ingest {

/// Claims rows of millrace.job once a second and carries them out: replay and discard of dead
/// letters, read_record from Kafka, skip_corrupt of what the broker serves damaged. Every step is
/// idempotent: a job whose worker died is claimed again. Its own thread.
class JobRunner
{
public:
    struct Settings
    {
        kafka::ClientSettings client;
        postgres::Dsn dsn;
        std::string applicationName;
        std::string instance;
        landing::LandingSettings landing;
    };

    JobRunner(Settings settings, Shared& shared)
        : m_settings(std::move(settings))
        , m_shared(shared)
    {
    }
    void run(const std::stop_token& stop);

private:
    Result<bool> runOne(const std::stop_token& stop);
    Result<control::JobOutcome> carryOut(const control::Job& job, const std::stop_token& stop);
    Result<control::JobOutcome> replay(const control::Job& job, const std::stop_token& stop);
    Result<control::JobOutcome> discard(const control::Job& job, const std::stop_token& stop);
    Result<control::JobOutcome> readRecord(const control::Job& job);
    Result<control::JobOutcome> skipCorrupt(const control::Job& job, const std::stop_token& stop);
    Result<control::Position> positionAt(const control::PositionKey& key);
    Result<void> openCluster();

    Settings m_settings;
    Shared& m_shared;
    std::stop_token m_stop; ///< of run()
    std::unique_ptr<postgres::Connection> m_connection;
    std::unique_ptr<kafka::Cluster> m_cluster;
};

} // namespace millrace::ingest
