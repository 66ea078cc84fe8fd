// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <csignal>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// A worker that stands still with a transaction open, and wakes when others have gone on.
class TstTakeOver : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aStoppedWorkerHoldsNobodyUp_data();
    void aStoppedWorkerHoldsNobodyUp();
    void anOffsetThatKillsItsWorkersStopsItsPartition();
    void lostConnectionsAreNoDeaths();
    void partitionsUnderWayAreNotForgotten();

private:
    Stage m_stage;
};

void TstTakeOver::aStoppedWorkerHoldsNobodyUp_data()
{
    QTest::addColumn<QString>("failpoint");
    QTest::newRow("after_poll") << "lane.after_poll";
    QTest::newRow("after_lock") << "commit.after_lock";
    QTest::newRow("in_copy") << "commit.in_copy";
    // each waits for the session time-out
    if (!isLongRun())
        return;
    QTest::newRow("before_poll") << "lane.before_poll";
    QTest::newRow("before_commit") << "commit.before_commit";
}

void TstTakeOver::aStoppedWorkerHoldsNobodyUp()
{
    QFETCH(QString, failpoint);
    Scene scene(m_stage, std::string("zombie_") + QTest::currentDataTag());
    NumberedLoad load(scene, "", 2);
    WorkerOptions options = scene.workerOptions();
    // some commits first, so that the zombie believes in a position
    options.failpoints = failpoint.toStdString() + "=stop@20";
    WorkerProcess& zombie = scene.addWorker(options);
    zombie.startReady();
    QVERIFY2(waitUntil(30s,
                       [&] {
                           load.send(50);
                           return stopped(zombie, 0ms);
                       }),
             scene.logs().c_str());
    QElapsedTimer stall;
    stall.start();
    scene.startWorker();
    load.send(500);
    // The session time-out of 10 s and 2 s for the locks: 12 s where nothing else runs. Each lane
    // that joins late costs another round of the group.
    QVERIFY2(load.landed(load.sent(), 45s), scene.logs().c_str());
    qInfo("the others went on after %lld ms", stall.elapsed());
    if (failpoint == "commit.after_lock" || failpoint == "commit.in_copy")
        QVERIFY2(scene.sql().value("SELECT min(p.committed_at) - e.at <= interval '5 seconds' FROM"
                                   " millrace.position AS p, millrace.event AS e WHERE"
                                   " e.code = 'zombie_terminated' AND p.committed_at > e.at"
                                   " GROUP BY e.at ORDER BY e.at LIMIT 1") == "t",
                 scene.logs().c_str());
    zombie.thaw();
    load.send(500);
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(zombie.running());
    QCOMPARE(scene.alarms(), 0);
}

/// Ten owners that died before they came any further, as the position remembers them.
void TstTakeOver::anOffsetThatKillsItsWorkersStopsItsPartition()
{
    Scene scene(m_stage, "deadly");
    scene.createTopic("", 1);
    scene.createTopic("_calm", 1);
    const auto send = [&](const std::string& suffix, int id) {
        scene.producer().send(
            {.topic = scene.topic(suffix), .value = "{\"id\":" + std::to_string(id) + "}"});
    };
    for (int id = 0; id < 3; ++id)
        send("", id);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QCOMPARE(worker.stop().code, 0);
    scene.sql().run("UPDATE millrace.position SET owner_epoch = epoch_at_progress + 10"
                    " WHERE topic = 'deadly'");
    send("", 3);
    send("_calm", 0);
    worker.startReady();
    const std::string state = "SELECT state FROM millrace.position WHERE topic = 'deadly'";
    QVERIFY2(scene.answers(state, "stopped"), scene.logs().c_str());
    QVERIFY2(scene.caughtUp("_calm"), scene.logs().c_str());
    QCOMPARE(scene.events("poison_offset"), 1);

    scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'deadly'");
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value(state), std::string("running"));
    QCOMPARE(scene.sql().number("SELECT max(generation) FROM millrace.generation"), 1);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM deadly"), 4);
}

/// A worker that cannot land a topic and loses its connection more often than an offset may kill.
void TstTakeOver::lostConnectionsAreNoDeaths()
{
    Scene scene(m_stage, "unlucky");
    scene.createTopic("_held");
    NumberedLoad others(scene, "_calm", 1);
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--lanes", "1"});
    scene.addWorker(options).startReady();
    const auto send = [&] {
        scene.producer().send({.topic = scene.topic("_held"), .value = R"({"id":1})"});
    };
    send();
    others.send(10);
    QVERIFY2(scene.caughtUp("_held") && others.landed(10), scene.logs().c_str());

    SqlClient reader(scene.database());
    reader.run("BEGIN; LOCK TABLE unlucky_held IN ACCESS EXCLUSIVE MODE");
    send();
    const auto epoch = [&] {
        return scene.sql().number("SELECT owner_epoch FROM millrace.position WHERE topic ="
                                  " 'unlucky_held'");
    };
    for (int lost = 0; lost < 12; ++lost) {
        const long long before = epoch();
        scene.sql().run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                        " application_name ~ '/0$' AND datname = current_database()");
        others.send(10); // its landing ends the back-off
        QVERIFY2(waitUntil(20s, [&] { return epoch() > before; }), scene.logs().c_str());
        QVERIFY2(others.landed(others.sent(), 20s), scene.logs().c_str());
    }
    reader.run("ROLLBACK");
    QVERIFY2(scene.kept("_held"), scene.why());
    QCOMPARE(scene.events("poison_offset"), 0);
}

/// Killed between the two rounds in which the group moves a partition to a worker that came, and
/// started again within the session time-out: the group takes the static member back as it was, and
/// nobody has the partition.
void TstTakeOver::partitionsUnderWayAreNotForgotten()
{
    Scene scene(m_stage, "moving");
    NumberedLoad load(scene, "", 2);
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--lanes", "1"});
    WorkerOptions deadly = options;
    deadly.failpoints = "lane.revoked=kill@1";
    WorkerProcess& worker = scene.addWorker(deadly);
    worker.startReady();
    load.send(100);
    QVERIFY2(load.landed(100), scene.logs().c_str());
    scene.addWorker(options).startReady();
    QCOMPARE(worker.awaitEnd(30s).signal, SIGKILL);
    options.dataFolder = worker.dataFolder();
    scene.addWorker(options).startReady();
    load.send(100);
    QElapsedTimer timer;
    timer.start();
    QVERIFY2(load.landed(200, 60s), scene.logs().c_str());
    qInfo("all partitions were read after %lld ms", timer.elapsed());
    QCOMPARE(load.trouble(), std::string());
}

MR_TEST(TstTakeOver)
#include "tst_take_over.moc"
