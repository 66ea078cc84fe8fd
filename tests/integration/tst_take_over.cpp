// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

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
    // the session time-out of 10 s, then at most 5 s to take over
    QVERIFY2(load.landed(load.sent()), scene.logs().c_str());
    qInfo("the others went on after %lld ms", stall.elapsed());
    QVERIFY2(stall.elapsed() <= 16'000, scene.logs().c_str());
    zombie.thaw();
    load.send(500);
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(zombie.running());
    QCOMPARE(scene.alarms(), 0);
}

MR_TEST(TstTakeOver)
#include "tst_take_over.moc"
