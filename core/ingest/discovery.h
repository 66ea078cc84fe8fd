// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/lane.h"

#include <regex>
#include <set>
#include <stop_token>
#include <string>

namespace millrace::ingest {

struct DiscoverySettings
{
    kafka::ClientSettings client;
    postgres::Dsn dsn;
    std::string applicationName;
    std::string topicsPattern; ///< whole-name ECMAScript expression, already checked
    std::string demoClusterId; ///< not empty: stands for the broker's own id
};

/// Lists the cluster once a second (slower beyond 1,000 topics), publishes what it saw, and makes
/// rows of millrace.topic for new topics of the pattern. A thread of its own.
class Discovery
{
public:
    Discovery(DiscoverySettings settings, Shared& shared);

    void run(const std::stop_token& stop);
    [[nodiscard]] bool matches(const std::string& topic) const;

private:
    Result<void> look();
    Result<void> insertNew(const std::set<std::string>& listed);

    DiscoverySettings m_settings;
    Shared& m_shared;
    std::regex m_pattern;
    std::unique_ptr<kafka::Cluster> m_cluster;
    std::stop_token m_stop; ///< of run()
    std::unique_ptr<postgres::Connection> m_connection;
    std::set<std::string> m_inserted;
    std::set<std::string> m_listed;
    std::map<std::string, int> m_absences;
    std::chrono::milliseconds m_interval{1'000};
};

} // namespace millrace::ingest
