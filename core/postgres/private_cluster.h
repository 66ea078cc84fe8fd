// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/cluster_place.h"
#include "core/postgres/connection.h"

#include <filesystem>

namespace millrace::postgres {

/// A PostgreSQL cluster of our own under a data folder: initdb once, start, stop. Unix socket in a
/// short 0700 folder, no TCP, peer authentication with a map (root, postgres, the current user →
/// role `millrace`, not superuser). As root the server runs as an unprivileged user and its files
/// stand under /var/lib/millrace. A postmaster left over from a kill is adopted when it answers;
/// data of another major version is refused with the version wanted. Blocking; one thread.
class PrivateCluster
{
public:
    /// Errors: Scope::Process with the command that failed and the end of its output.
    static Result<PrivateCluster> start(const std::filesystem::path& dataDir);
    PrivateCluster(PrivateCluster&&) noexcept;
    PrivateCluster& operator=(PrivateCluster&&) noexcept;
    ~PrivateCluster(); ///< stops it, within 5 s

    [[nodiscard]] const Dsn& dsn() const noexcept { return m_dsn; } ///< role and database millrace
    /// Another role: it may do what it is granted, and nothing that PUBLIC may by default.
    [[nodiscard]] Dsn queryDsn() const;
    void stop() noexcept;

private:
    PrivateCluster() = default;

    ClusterPlace m_place;
    std::filesystem::path m_programs;
    Dsn m_dsn;
    bool m_running = false;
};

} // namespace millrace::postgres
