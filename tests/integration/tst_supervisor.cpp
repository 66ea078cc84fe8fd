// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/fault_proxy.h"
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <csignal>
#include <random>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// SIGTERM, and workers that are taken for one another.
class TstSupervisor : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void sigtermAtAnyTime();
    void sigtermWhileTheDatabaseIsSilent();
    void aTwinOnTheSameDataFolderIsRefused();
    void aTwinWithTheSameNameIsFenced();

private:
    Stage m_stage;
};

void TstSupervisor::sigtermAtAnyTime()
{
    Scene scene(m_stage, "stopped");
    NumberedLoad load(scene, "", 4);
    WorkerProcess& worker = scene.addWorker();
    std::mt19937 random(4711);
    qint64 slowest = 0;
    const int rounds = isLongRun() ? 100 : 12;
    for (int round = 0; round < rounds; ++round) {
        load.changeSchema();
        load.send(3'000);
        worker.start();
        // sometimes before it is a member, sometimes amid a drain
        const auto until = std::chrono::milliseconds(random() % 1'500);
        (void)waitUntil(until, [] { return false; });
        QElapsedTimer timer;
        timer.start();
        const ChildExit ended = worker.stop();
        slowest = std::max(slowest, timer.elapsed());
        // at once it may not even have begun to watch for signals
        const bool hadNotBegun = ended.signal == SIGTERM && worker.log().empty();
        QVERIFY2(ended.code == 0 || hadNotBegun, scene.logs().c_str());
        QVERIFY2(timer.elapsed() <= 5'000, scene.logs().c_str());
    }
    qInfo("slowest stop: %lld ms", slowest);
    worker.startReady();
    QCOMPARE(load.trouble(), std::string());
}

void TstSupervisor::sigtermWhileTheDatabaseIsSilent()
{
    Scene scene(m_stage, "silent");
    FaultProxy proxy;
    proxy.forwardTo(m_stage.cluster.address(), m_stage.cluster.port());
    NumberedLoad load(scene, "", 2);
    WorkerOptions options = scene.workerOptions();
    options.database = "host=" + proxy.address() + " port=" + std::to_string(proxy.port()) +
                       " user=postgres dbname=" + scene.sql().value("SELECT current_database()");
    WorkerProcess& worker = scene.addWorker(options);
    worker.startReady();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    proxy.setMode(ProxyMode::HalfOpen);
    load.send(200);
    const int before = proxy.swallowed();
    QVERIFY(waitUntil(10s, [&] { return proxy.swallowed() > before; }));
    QElapsedTimer timer;
    timer.start();
    (void)worker.stop();
    QVERIFY2(timer.elapsed() <= 5'000, scene.logs().c_str());
    proxy.cutAll();
    proxy.setMode(ProxyMode::Pass);
    worker.startReady();
    QCOMPARE(load.trouble(), std::string());
}

void TstSupervisor::aTwinOnTheSameDataFolderIsRefused()
{
    Scene scene(m_stage, "twin");
    NumberedLoad load(scene, "", 1);
    WorkerProcess& worker = scene.startWorker();
    WorkerOptions options = scene.workerOptions();
    options.dataFolder = worker.dataFolder();
    WorkerProcess& twin = scene.addWorker(options);
    twin.start();
    const ChildExit ended = twin.awaitEnd(10s);
    QVERIFY(ended.code > 0);
    QVERIFY2(twin.logText().find(worker.dataFolder()) != std::string::npos, twin.logText().c_str());
    load.send(100);
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstSupervisor::aTwinWithTheSameNameIsFenced()
{
    Scene scene(m_stage, "named");
    NumberedLoad load(scene, "", 2);
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--instance", "same"});
    WorkerProcess& older = scene.addWorker(options);
    older.startReady();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    WorkerProcess& younger = scene.addWorker(options);
    younger.startReady();
    // the broker fences the older of the two; that lane ends and says why
    QVERIFY2(older.awaitLog("fenced", 20s), scene.logs().c_str());
    load.send(2'000);
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(younger.running());
}

MR_TEST(TstSupervisor)
#include "tst_supervisor.moc"
