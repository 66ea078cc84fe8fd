// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/child_process.h"
#include "tests/harness/scratch_folder.h"
#include "tests/harness/sql_client.h"

#include <map>
#include <memory>
#include <string>

namespace millrace::harness {

/// How a cluster differs from the plain one.
struct ClusterOptions
{
    /// Lines of postgresql.conf; they win over ours. Values are quoted for you.
    std::map<std::string, std::string> settings = {};
    /// An existing empty folder for the data, on a small tmpfs say; default the cluster's own.
    std::string dataFolder = {};
    /// Files are not synchronised by default: a killed server loses nothing by that, only a
    /// machine without power does.
    bool fsync = false;
};

enum class StopMode {
    Fast,     ///< transactions are rolled back, checkpoint
    Immediate ///< as a crash, recovery at the next start
};

/// A real PostgreSQL of our own made by initdb, reached by a unix socket and by TCP on this run's
/// address, without passwords. Runs as user postgres (or nobody) when we are root.
class PostgresCluster
{
public:
    /// Makes the cluster; start() is still to be called.
    explicit PostgresCluster(ClusterOptions options = {});
    ~PostgresCluster();

    /// Returns when connections are accepted, after recovery if there is one to do.
    void start();
    void stop(StopMode mode = StopMode::Fast);
    /// SIGKILL to the postmaster; returns when all its backends are gone as well.
    void kill9();
    void restart(StopMode mode = StopMode::Fast);

    /// A new empty database; the name is unique when none is given. Returns its conninfo.
    std::string createDatabase(const std::string& name = {});

    /// key=value conninfo by unix socket, and by TCP.
    [[nodiscard]] std::string conninfo(const std::string& database = "postgres") const;
    [[nodiscard]] std::string tcpConninfo(const std::string& database = "postgres") const;
    [[nodiscard]] std::string address() const;
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] const std::string& dataFolder() const { return m_data; }
    [[nodiscard]] std::string logFile() const { return m_folder.file("server.log"); }
    [[nodiscard]] ChildProcess& process() { return *m_process; }

private:
    [[nodiscard]] ChildSpec tool(const std::string& name) const;
    void writeSettings() const;

    ClusterOptions m_options;
    ScratchFolder m_folder;
    std::string m_data;
    int m_port;
    int m_databases = 0;
    std::unique_ptr<ChildProcess> m_process;
};

} // namespace millrace::harness
