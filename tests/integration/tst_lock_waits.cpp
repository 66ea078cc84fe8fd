// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Readers and snapshots that stay: they delay only their own table, and visibly.
class TstLockWaits : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aLockedTableDelaysOnlyItself_data();
    void aLockedTableDelaysOnlyItself();
    void aSnapshotHeldOpenSlowsNobodyDown();

private:
    Stage m_stage;
};

void TstLockWaits::aLockedTableDelaysOnlyItself_data()
{
    QTest::addColumn<QString>("mode");
    // a plain reader is in the way of ALTER only, a LOCK in that of every row
    QTest::newRow("behind_a_reader") << "ACCESS SHARE";
    QTest::newRow("behind_a_lock") << "SHARE";
}

void TstLockWaits::aLockedTableDelaysOnlyItself()
{
    QFETCH(QString, mode);
    Scene scene(m_stage, std::string("wait_") + QTest::currentDataTag());
    NumberedLoad held(scene, "_held", 2);
    NumberedLoad others(scene, "_free", 2);
    WorkerProcess& worker = scene.startWorker();
    held.send(100);
    others.send(100);
    QVERIFY2(held.landed(100) && others.landed(100), scene.logs().c_str());

    SqlClient reader(scene.database());
    reader.run("BEGIN; LOCK TABLE " + scene.oracle().tableOf(scene.topic("_held")) + " IN " +
               mode.toStdString() + " MODE");
    held.changeSchema();
    held.send(100);
    QElapsedTimer timer;
    timer.start();
    qint64 slowest = 0;
    const qint64 heldMs = isLongRun() ? 60'000 : 8'000;
    while (timer.elapsed() < heldMs) {
        const qint64 before = timer.elapsed();
        others.send(50);
        QVERIFY2(others.landed(others.sent(), 10s), scene.logs().c_str());
        slowest = std::max(slowest, timer.elapsed() - before);
        QVERIFY(waitUntil(2s, [&] { return timer.elapsed() - before >= 200; }));
    }
    qInfo("slowest 50 rows of the other topic: %lld ms", slowest);
    // one wait for a table's lock is at most 2 s (Limits::dataLockTimeout)
    QVERIFY2(slowest <= 4'000, scene.logs().c_str());
    QVERIFY(!held.landed(200, 0ms));
    QVERIFY2(worker.logText().find("topic_steps_aside") != std::string::npos,
             worker.logText().c_str());
    reader.run("COMMIT");
    QVERIFY2(held.landed(200, 15s), scene.logs().c_str());
    QCOMPARE(held.trouble(), std::string());
    QCOMPARE(others.trouble(), std::string());
    QCOMPARE(scene.alarms(), 0);
}

void TstLockWaits::aSnapshotHeldOpenSlowsNobodyDown()
{
    Scene scene(m_stage, "snapshot");
    NumberedLoad load(scene, "", 64);
    scene.startWorker();
    load.send(6'400);
    QVERIFY2(load.landed(6'400), scene.logs().c_str());
    SqlClient idle(scene.database());
    idle.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    QElapsedTimer timer;
    timer.start();
    qint64 slowest = 0;
    const qint64 heldMs = isLongRun() ? 600'000 : 10'000;
    while (timer.elapsed() < heldMs) {
        const qint64 before = timer.elapsed();
        load.send(640);
        QVERIFY2(load.landed(load.sent(), 20s), scene.logs().c_str());
        slowest = std::max(slowest, timer.elapsed() - before);
    }
    qInfo("slowest 640 rows over 64 partitions: %lld ms", slowest);
    QVERIFY(slowest < 5'000);
    if (isLongRun())
        QVERIFY(scene.events("old_snapshot") > 0);
    idle.run("COMMIT");
    QCOMPARE(load.trouble(), std::string());
}

MR_TEST(TstLockWaits)
#include "tst_lock_waits.moc"
