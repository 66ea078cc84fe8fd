// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/postgres_cluster.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/loopback.h"
#include "tests/harness/wait_until.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace millrace::harness {
namespace {

constexpr std::chrono::seconds startLimit{60};
constexpr std::chrono::seconds stopLimit{30};

/// Folder of the newest installed server's programs.
std::string serverPrograms()
{
    int newest = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
        if (std::filesystem::exists(entry.path() / "bin/initdb"))
            newest = std::max(newest, std::stoi(entry.path().filename()));
    }
    if (newest == 0)
        throw HarnessError("no PostgreSQL server below /usr/lib/postgresql");
    return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin/";
}

/// Whom the server runs as: it refuses root.
const passwd* serverUser()
{
    if (geteuid() != 0)
        return nullptr;
    const passwd* found = getpwnam("postgres");
    return found != nullptr ? found : getpwnam("nobody");
}

std::vector<pid_t> childrenOf(pid_t parent)
{
    const std::string folder = "/proc/" + std::to_string(parent);
    std::istringstream list(readFile(folder + "/task/" + std::to_string(parent) + "/children"));
    std::vector<pid_t> found;
    for (pid_t child = 0; list >> child;)
        found.push_back(child);
    return found;
}

/// Also false for a zombie that nobody collects.
bool alive(pid_t pid)
{
    return !readFile("/proc/" + std::to_string(pid) + "/cmdline").empty();
}

} // namespace

PostgresCluster::PostgresCluster(ClusterOptions options)
    : m_options(std::move(options))
    , m_data(m_options.dataFolder.empty() ? m_folder.file("data") : m_options.dataFolder)
    , m_port(freePort())
{
    std::filesystem::create_directories(m_data);
    if (const passwd* user = serverUser()) {
        if (chown(m_data.c_str(), user->pw_uid, user->pw_gid) != 0 ||
            chown(m_folder.path().c_str(), user->pw_uid, user->pw_gid) != 0)
            throw HarnessError("cannot give " + m_data + " to the server's user");
    }
    ChildSpec initdb = tool("initdb");
    initdb.arguments = {"-D",    m_data, "-U",   "postgres",         "-A",
                        "trust", "-E",   "UTF8", "--locale=C.UTF-8", "--no-sync"};
    runTool(initdb);
    writeSettings();
}

PostgresCluster::~PostgresCluster()
{
    if (m_process && m_process->running())
        stop(StopMode::Immediate);
}

ChildSpec PostgresCluster::tool(const std::string& name) const
{
    ChildSpec spec{.program = serverPrograms() + name,
                   .arguments = {},
                   .outputFile = logFile(),
                   .workFolder = m_folder.path()};
    if (const passwd* user = serverUser()) {
        spec.user = user->pw_uid;
        spec.group = user->pw_gid;
    }
    return spec;
}

void PostgresCluster::writeSettings() const
{
    std::map<std::string, std::string> lines{{"listen_addresses", address()},
                                             {"port", std::to_string(m_port)},
                                             {"unix_socket_directories", m_folder.path()},
                                             {"fsync", m_options.fsync ? "on" : "off"},
                                             {"shared_buffers", "128MB"},
                                             {"max_wal_size", "4GB"},
                                             {"log_line_prefix", "%m %p %a "},
                                             {"lc_messages", "C"},
                                             {"timezone", "UTC"},
                                             {"max_connections", "100"}};
    for (const auto& [name, value] : m_options.settings)
        lines[name] = value;
    std::ofstream out(m_data + "/postgresql.conf", std::ios::app);
    for (const auto& [name, value] : lines)
        out << name << " = '" << value << "'\n";
    std::ofstream access(m_data + "/pg_hba.conf", std::ios::app);
    access << "host all all 127.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n";
}

void PostgresCluster::start()
{
    ChildSpec server = tool("postgres");
    server.arguments = {"-D", m_data};
    m_process = std::make_unique<ChildProcess>(server);
    const std::string where = conninfo();
    const bool up = waitUntil(
        startLimit, [&] { return PQping(where.c_str()) == PQPING_OK || !m_process->running(); });
    if (!up || !m_process->running())
        throw HarnessError("PostgreSQL did not start: " + readFile(logFile()));
}

void PostgresCluster::stop(StopMode mode)
{
    m_process->signal(mode == StopMode::Fast ? SIGINT : SIGQUIT);
    if (!m_process->wait(stopLimit))
        kill9();
}

void PostgresCluster::kill9()
{
    const std::vector<pid_t> backends = childrenOf(m_process->pid());
    m_process->kill9();
    const auto gone = [&] { return std::ranges::none_of(backends, alive); };
    if (waitUntil(std::chrono::seconds(5), gone))
        return;
    for (const pid_t backend : backends)
        kill(backend, SIGKILL);
    if (!waitUntil(stopLimit, gone))
        throw HarnessError("backends of a killed PostgreSQL do not end");
}

void PostgresCluster::restart(StopMode mode)
{
    stop(mode);
    start();
}

std::string PostgresCluster::createDatabase(const std::string& name)
{
    const std::string database = name.empty() ? "test_" + std::to_string(++m_databases) : name;
    SqlClient(conninfo()).run("CREATE DATABASE " + harness::quoted(database));
    return conninfo(database);
}

std::string PostgresCluster::address() const
{
    return ownAddress();
}

std::string PostgresCluster::conninfo(const std::string& database) const
{
    return "host=" + m_folder.path() + " port=" + std::to_string(m_port) +
           " user=postgres dbname=" + database;
}

std::string PostgresCluster::tcpConninfo(const std::string& database) const
{
    return "host=" + address() + " port=" + std::to_string(m_port) +
           " user=postgres sslmode=disable dbname=" + database;
}

} // namespace millrace::harness
