// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <csignal>
#include <fstream>

using namespace millrace::harness;
using namespace std::chrono_literals;

namespace {

const std::string secret = "hunter2-canary";

/// A broker that is not there: what is asked here needs none.
WorkerOptions options(const std::string& database)
{
    WorkerOptions made;
    made.brokers = ownAddress() + ":" + std::to_string(freePort());
    made.database = database + " password=" + secret;
    made.arguments = {"--kafka", "sasl.password=" + secret, "--ingest", "off"};
    return made;
}

std::string addressOf(WorkerProcess& worker)
{
    std::ifstream file(worker.dataFolder() + "/listen");
    std::string address;
    std::getline(file, address);
    return address;
}

} // namespace

class TstServe : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_cluster.start(); }

    void tellsWhereItListensAndStops();
    void noSecretIsSeen();
    void healthSurvivesTheDatabase();
    void stopsWhileTheDatabaseHangs();

private:
    PostgresCluster m_cluster;
};

void TstServe::tellsWhereItListensAndStops()
{
    WorkerProcess worker(options(m_cluster.createDatabase()));
    worker.startReady();
    QVERIFY(worker.awaitLog("listening on http://" + addressOf(worker), 1s));
    const HttpAnswer index = httpGet(addressOf(worker), "/");
    QCOMPARE(index.status, 200);
    QVERIFY(index.body.find("/metrics") != std::string::npos);
    QVERIFY(waitUntil(10s, [&] { return httpGet(addressOf(worker), "/health").status == 200; }));
    const ChildExit ended = worker.stop();
    QCOMPARE(ended.code, 0);
    QVERIFY(addressOf(worker).empty());
}

void TstServe::noSecretIsSeen()
{
    WorkerProcess worker(options(m_cluster.createDatabase()));
    worker.startReady();
    std::ifstream file("/proc/" + std::to_string(worker.process().pid()) + "/cmdline");
    const std::string arguments((std::istreambuf_iterator<char>(file)), {});
    QVERIFY(arguments.find("--database") != std::string::npos);
    QVERIFY2(arguments.find(secret) == std::string::npos, arguments.c_str());
    for (const char* page : {"/", "/health", "/metrics", "/tables/", "/nothing"})
        QVERIFY(httpGet(addressOf(worker), page).body.find(secret) == std::string::npos);
    worker.stop();
    QVERIFY(worker.logText().find(secret) == std::string::npos);
}

void TstServe::healthSurvivesTheDatabase()
{
    WorkerProcess worker(options(m_cluster.createDatabase()));
    worker.startReady();
    const std::string address = addressOf(worker);
    QVERIFY(waitUntil(10s, [&] { return httpGet(address, "/health").status == 200; }));
    m_cluster.stop();
    QVERIFY(waitUntil(10s, [&] { return httpGet(address, "/health").status == 503; }));
    const HttpAnswer away = httpGet(address, "/health");
    QVERIFY(away.body.find("the database does not answer") != std::string::npos);
    QVERIFY(httpGet(address, "/metrics").body.find("millrace_database_up 0") != std::string::npos);
    m_cluster.start();
    QVERIFY(waitUntil(20s, [&] { return httpGet(address, "/health").status == 200; }));
    worker.stop();
}

/// A server that accepts and never answers: the start waits for it, a signal does not.
void TstServe::stopsWhileTheDatabaseHangs()
{
    const int port = freePort();
    const int hanging = listenOn(ownAddress(), port);
    WorkerOptions stuck = options("");
    stuck.database = "host=" + ownAddress() + " port=" + std::to_string(port) + " dbname=a user=a";
    WorkerProcess worker(stuck);
    worker.start();
    const pid_t pid = worker.process().pid();
    const auto catches = [pid] { // the handler is there once SIGTERM is among the caught signals
        std::ifstream status("/proc/" + std::to_string(pid) + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("SigCgt:"))
                return (std::stoull(line.substr(7), nullptr, 16) & (1ULL << (SIGTERM - 1))) != 0;
        }
        return false;
    };
    QVERIFY(waitUntil(10s, catches));
    QElapsedTimer timer;
    timer.start();
    worker.stop();
    QVERIFY2(timer.elapsed() < 7'000, std::to_string(timer.elapsed()).c_str());
    ::close(hanging);
}

MR_TEST(TstServe)
#include "tst_serve.moc"
