// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/private_cluster.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/postgres/cluster_config.h"
#include "core/postgres/private_cluster_sql.h"
#include "core/postgres/server_programs.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

namespace millrace::postgres {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds initTimeout{180};
constexpr seconds startTimeout{60}; ///< recovery after a kill included
constexpr milliseconds fastStopTimeout{3'500};
constexpr milliseconds immediateStopTimeout{1'200};
constexpr milliseconds askAgain{50};
constexpr std::size_t logTailBytes = 800;

std::string connText(const fs::path& sockets, const std::string& database, const std::string& user)
{
    return "host='" + sockets.string() + "' port=5432 dbname=" + database + " user=" + user;
}

std::string tailOf(const fs::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const std::string whole = text.str();
    return printable(whole.substr(whole.size() - std::min(whole.size(), logTailBytes)));
}

/// One call for the whole file system: 0.1 s where initdb's own file by file takes 4 s.
bool syncToDisk(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    return synced;
}

/// Into a folder beside, then renamed: a cluster is there whole or not at all.
Result<void> initialise(const ClusterPlace& place, const fs::path& programs)
{
    const fs::path fresh = place.home / "data.new";
    std::error_code failed;
    fs::remove_all(fresh, failed);
    const auto made =
        runCommand({programs / "initdb", "--pgdata=" + fresh.string(), "--locale=C.UTF-8",
                    "--encoding=UTF8", std::string("--username=") + clusterAdmin, "--auth=peer",
                    "--no-instructions", "--no-sync"},
                   place.server, initTimeout);
    if (!made)
        return made.error();
    if (auto written = writeClusterConfig(place, fresh); !written)
        return written;
    if (!syncToDisk(fresh))
        return Error{Scope::Process, Code::Refused, "cannot write " + fresh.string() + " to disk",
                     ""};
    fs::rename(fresh, place.data(), failed);
    if (failed)
        return Error{Scope::Process, Code::Refused,
                     "cannot rename " + fresh.string() + ": " + failed.message(), ""};
    return {};
}

/// A postmaster that runs already may have been told another socket folder: the fifth line of its
/// postmaster.pid.
fs::path socketsInUse(const ClusterPlace& place)
{
    std::ifstream file(place.data() / "postmaster.pid");
    std::string line;
    for (int i = 0; i < 5 && std::getline(file, line); ++i) {
    }
    return file && line.starts_with('/') ? fs::path(line) : place.sockets;
}

/// Running is what pg_ctl finds out from postmaster.pid and the process of that number.
bool isRunning(const ClusterPlace& place, const fs::path& programs)
{
    return runCommand({programs / "pg_ctl", "status", "--pgdata=" + place.data().string()},
                      place.server, startTimeout)
        .has_value();
}

Result<void> launch(const ClusterPlace& place, const fs::path& programs)
{
    std::error_code none;
    fs::remove(place.startLog(), none);
    const std::string waitSeconds = std::to_string(startTimeout.count());
    const auto started =
        runCommand({programs / "pg_ctl", "start", "--silent", "--wait", "--timeout=" + waitSeconds,
                    "--pgdata=" + place.data().string(), "--log=" + place.startLog().string()},
                   place.server, startTimeout + seconds{5});
    if (started)
        return {};
    Error error = started.error();
    error.what += "; the server's log ends: " + tailOf(place.startLog());
    return error;
}

Result<Connection> openAdmin(const ClusterPlace& place)
{
    return Connection::open({connText(socketsInUse(place), "postgres", clusterAdmin)},
                            {.applicationName = "millrace/cluster"});
}

Result<Connection> adopted(const ClusterPlace& place, const fs::path& programs, Connection admin)
{
    log(LogLevel::Info, "cluster_adopted", "a private PostgreSQL of an earlier run goes on",
        {{"data", place.data().string()}});
    const auto told =
        runCommand({programs / "pg_ctl", "reload", "--silent", "--pgdata=" + place.data().string()},
                   place.server, startTimeout);
    if (!told)
        return told.error();
    return admin;
}

/// The admin's session with a postmaster that was running already or that we start. One that does
/// not answer may be starting, recovering, or just dying: asked until it answers or is gone.
Result<Connection> makeRunning(const ClusterPlace& place, const fs::path& programs)
{
    const SteadyTime deadline = steadyNow() + startTimeout;
    for (;;) {
        if (!isRunning(place, programs)) {
            auto launched = launch(place, programs);
            return launched ? openAdmin(place) : launched.error();
        }
        auto admin = openAdmin(place);
        if (admin)
            return adopted(place, programs, std::move(*admin));
        const bool mayCome =
            admin.error().code == Code::Retry || admin.error().code == Code::ConnectionLost;
        if (!mayCome || steadyNow() >= deadline)
            return admin;
        std::this_thread::sleep_for(askAgain);
    }
}

Result<void> prepare(const ClusterPlace& place, const fs::path& programs, bool isNew)
{
    if (isNew)
        return initialise(place, programs);
    return writeClusterConfig(place, place.data());
}

} // namespace

Result<PrivateCluster> PrivateCluster::start(const fs::path& dataDir)
{
    auto place = makeClusterPlace(dataDir);
    if (!place)
        return place.error();
    const std::optional<int> version = dataVersion(place->data());
    auto programs = findServerPrograms(version);
    if (!programs)
        return programs.error();
    if (auto done = prepare(*place, programs->folder, !version); !done)
        return done.error();
    PrivateCluster cluster;
    cluster.m_place = *place;
    cluster.m_programs = programs->folder;
    auto admin = makeRunning(*place, programs->folder);
    if (!admin && admin.error().scope == Scope::Process)
        return admin.error();
    if (!admin)
        return Error{Scope::Process, admin.error().code,
                     "the private PostgreSQL does not let us in: " + admin.error().what,
                     admin.error().origin};
    cluster.m_running = true;
    cluster.m_dsn = Dsn{connText(socketsInUse(*place), "millrace", "millrace")};
    if (auto done = makeRoleAndDatabase(*admin); !done)
        return done.error();
    return cluster;
}

PrivateCluster::PrivateCluster(PrivateCluster&& other) noexcept
    : m_place(std::move(other.m_place))
    , m_programs(std::move(other.m_programs))
    , m_dsn(std::move(other.m_dsn))
    , m_running(std::exchange(other.m_running, false))
{
}

PrivateCluster& PrivateCluster::operator=(PrivateCluster&& other) noexcept
{
    if (this == &other)
        return *this;
    stop();
    m_place = std::move(other.m_place);
    m_programs = std::move(other.m_programs);
    m_dsn = std::move(other.m_dsn);
    m_running = std::exchange(other.m_running, false);
    return *this;
}

Dsn PrivateCluster::queryDsn() const
{
    return {connText(socketsInUse(m_place), "millrace", clusterQueryRole)};
}

PrivateCluster::~PrivateCluster()
{
    stop();
}

void PrivateCluster::stop() noexcept
{
    if (!std::exchange(m_running, false))
        return;
    const auto stopBy = [this](const char* mode, milliseconds timeout) {
        return runCommand({m_programs / "pg_ctl", "stop", "--silent", "--wait",
                           std::string("--mode=") + mode, "--pgdata=" + m_place.data().string()},
                          m_place.server, timeout)
            .has_value();
    };
    try {
        if (stopBy("fast", fastStopTimeout) || !isRunning(m_place, m_programs))
            return;
        log(LogLevel::Warning, "cluster_stop_slow",
            "the private PostgreSQL is stopped without a "
            "checkpoint; it recovers at the next start");
        stopBy("immediate", immediateStopTimeout);
    } catch (...) { // out of memory: it is adopted or recovers at the next start
    }
}

} // namespace millrace::postgres
