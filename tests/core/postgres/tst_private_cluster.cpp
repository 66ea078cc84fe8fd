// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/private_cluster.h"
#include "tests/harness/scratch_folder.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;
using namespace std::string_literals;

/// Each step runs in a process of its own, as the user of the row, so that it can be killed and so
/// that both ways (root, and not) are gone.
class TstPrivateCluster : public QObject
{
    Q_OBJECT

private slots:
    void livesThroughKills_data();
    void livesThroughKills();
    void anotherVersionIsRefused_data() { livesThroughKills_data(); }
    void anotherVersionIsRefused();
    void letsNobodyElseIn();
};

namespace {

using Step = std::function<bool()>;

/// The wait status of a forked process that ran the step; exit 0: it was true.
int inProcess(uid_t user, const Step& step)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const gid_t group = user;
        const bool became = user == ::geteuid() || (::setgroups(1, &group) == 0 &&
                                                    ::setgid(group) == 0 && ::setuid(user) == 0);
        ::_exit(became && step() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

bool told(const Error& error)
{
    std::fprintf(stderr, "%s\n", describe(error).c_str());
    return false;
}

bool run(const PrivateCluster& cluster, const std::string& script)
{
    auto session = Connection::open(cluster.dsn(), {});
    if (!session)
        return told(session.error());
    const auto done = session->execute(script);
    return done ? true : told(done.error());
}

std::string ask(const PrivateCluster& cluster, const std::string& question)
{
    auto session = Connection::open(cluster.dsn(), {});
    const auto rows = session ? session->query(question) : session.error();
    return rows ? std::string(rows->text(0, 0)) : describe(rows.error());
}

constexpr const char* startTime = "SELECT pg_postmaster_start_time()::text";
constexpr const char* countRows = "SELECT count(*)::text FROM kept";

pid_t postmasterOf(const std::filesystem::path& home)
{
    pid_t pid = 0;
    std::ifstream(home / "data" / "postmaster.pid") >> pid;
    return pid;
}

/// Where the cluster of a data folder stands, in the eyes of this user.
std::filesystem::path homeOf(const std::string& dataDir)
{
    const auto place = makeClusterPlace(dataDir);
    return place ? place->home : std::filesystem::path();
}

bool startFillAndDie(const std::string& dataDir, const std::string& noteFile)
{
    const auto cluster = PrivateCluster::start(dataDir);
    if (!cluster)
        return told(cluster.error());
    if (!run(*cluster, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 9)"))
        return false;
    std::ofstream(noteFile) << ask(*cluster, startTime);
    ::kill(::getpid(), SIGKILL);
    return false;
}

bool adoptAndKillTheServer(const std::string& dataDir, const std::string& noteFile)
{
    const auto cluster = PrivateCluster::start(dataDir);
    if (!cluster)
        return told(cluster.error());
    std::string note;
    std::getline(std::ifstream(noteFile), note);
    if (ask(*cluster, startTime) != note || ask(*cluster, countRows) != "9")
        return false;
    if (ask(*cluster, "SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user") !=
        "false")
        return false;
    const pid_t postmaster = postmasterOf(homeOf(dataDir));
    if (::geteuid() == 0)
        return ::kill(postmaster, SIGKILL) == 0;
    return ::kill(postmaster, SIGKILL) == 0 &&
           harness::waitUntil(5s, [postmaster] { return ::kill(postmaster, 0) != 0; });
}

bool recoverAndStop(const std::string& dataDir)
{
    auto cluster = PrivateCluster::start(dataDir);
    if (!cluster)
        return told(cluster.error());
    if (ask(*cluster, countRows) != "9" ||
        !run(*cluster, "INSERT INTO kept SELECT generate_series(1, 100000)"))
        return false;
    const SteadyTime begun = steadyNow();
    cluster->stop();
    return steadyNow() - begun < 5s && !Connection::open(cluster->dsn(), {});
}

bool startAgain(const std::string& dataDir)
{
    const auto cluster = PrivateCluster::start(dataDir);
    return cluster ? ask(*cluster, countRows) == "100009" : told(cluster.error());
}

void clean(const std::string& dataDir)
{
    if (const auto place = makeClusterPlace(dataDir)) {
        std::filesystem::remove_all(place->home);
        std::filesystem::remove_all(place->sockets);
    }
}

} // namespace

void TstPrivateCluster::livesThroughKills_data()
{
    QTest::addColumn<int>("user");
    QTest::newRow("as we are") << static_cast<int>(::geteuid());
    if (::geteuid() == 0)
        QTest::newRow("as nobody") << 65534;
}

void TstPrivateCluster::livesThroughKills()
{
    QFETCH(int, user);
    const auto uid = static_cast<uid_t>(user);
    const harness::ScratchFolder scratch;
    QCOMPARE(::chown(scratch.path().c_str(), uid, uid), 0);
    const std::string dataDir = scratch.file("demo data");
    const std::string note = scratch.file("note");
    const int killed = inProcess(uid, [&] { return startFillAndDie(dataDir, note); });
    QVERIFY(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL);
    QCOMPARE(inProcess(uid, [&] { return adoptAndKillTheServer(dataDir, note); }), 0);
    QCOMPARE(inProcess(uid, [&] { return recoverAndStop(dataDir); }), 0);
    QCOMPARE(inProcess(uid, [&] { return startAgain(dataDir); }), 0);
    QCOMPARE(inProcess(uid,
                       [&] {
                           clean(dataDir);
                           return true;
                       }),
             0);
}

void TstPrivateCluster::anotherVersionIsRefused()
{
    QFETCH(int, user);
    const auto uid = static_cast<uid_t>(user);
    const harness::ScratchFolder scratch;
    QCOMPARE(::chown(scratch.path().c_str(), uid, uid), 0);
    const std::string dataDir = scratch.file("old");
    const int status = inProcess(uid, [&] {
        const auto place = makeClusterPlace(dataDir);
        std::filesystem::create_directory(place->data());
        std::ofstream(place->data() / "PG_VERSION") << "9\n";
        const auto cluster = PrivateCluster::start(dataDir);
        const bool refused = !cluster && cluster.error().scope == Scope::Process &&
                             cluster.error().what.find("PostgreSQL 9,") != std::string::npos;
        clean(dataDir);
        return refused;
    });
    QCOMPARE(status, 0);
}

void TstPrivateCluster::letsNobodyElseIn()
{
    if (::geteuid() != 0)
        QSKIP("only root can try as somebody else");
    const harness::ScratchFolder scratch;
    const std::string dataDir = scratch.file("closed");
    const auto cluster = PrivateCluster::start(dataDir);
    QVERIFY(cluster);
    const uid_t nobody = 65534;
    QCOMPARE(inProcess(nobody, [&] { return !Connection::open(cluster->dsn(), {}); }), 0);
    // Even with a way into the folder, the map does not know him.
    const std::string sockets = makeClusterPlace(dataDir)->sockets;
    QCOMPARE(::chmod(sockets.c_str(), 0755), 0);
    QCOMPARE(::chmod((sockets + "/.s.PGSQL.5432").c_str(), 0777), 0);
    QCOMPARE(inProcess(nobody,
                       [&] {
                           const auto session = Connection::open(cluster->dsn(), {});
                           return !session && session.error().origin == "28000";
                       }),
             0);
    clean(dataDir);
}

MR_TEST(TstPrivateCluster)
#include "tst_private_cluster.moc"
