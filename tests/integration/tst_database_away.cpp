// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// PostgreSQL goes and comes back: infrastructure trouble pauses and resumes by itself.
class TstDatabaseAway : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void theServerGoesAndComesBack_data();
    void theServerGoesAndComesBack();
    void oneSessionIsTerminated();
    void theServerIsAwayAtTheStart();

private:
    Stage m_stage;
};

void TstDatabaseAway::theServerGoesAndComesBack_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("fast") << "fast";
    QTest::newRow("immediate") << "immediate";
    QTest::newRow("killed") << "killed";
}

void TstDatabaseAway::theServerGoesAndComesBack()
{
    QFETCH(QString, how);
    const std::string name = "away_" + how.toStdString();
    auto scene = std::make_unique<Scene>(m_stage, name);
    NumberedLoad load(*scene, "", 2);
    WorkerProcess& worker = scene->startWorker();
    const int rounds = isLongRun() ? 20 : 2;
    for (int round = 0; round < rounds; ++round) {
        load.send(2'000);
        if (how == "killed")
            m_stage.cluster.kill9();
        else
            m_stage.cluster.stop(how == "fast" ? StopMode::Fast : StopMode::Immediate);
        load.changeSchema();
        load.send(500);
        m_stage.cluster.start();
        scene->reconnect();
        QVERIFY2(load.landed(load.sent()), scene->logs().c_str());
    }
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
    QCOMPARE(scene->sql().number("SELECT count(*) FROM millrace.dead_letter"
                                 " WHERE class = 'refused_by_database'"),
             0);
}

void TstDatabaseAway::oneSessionIsTerminated()
{
    Scene scene(m_stage, "terminated");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.startWorker();
    load.send(500);
    QVERIFY2(load.landed(500), scene.logs().c_str());
    const int rounds = isLongRun() ? 100 : 10;
    for (int round = 0; round < rounds; ++round) {
        load.send(1'000);
        QVERIFY2(waitUntil(20s,
                           [&] {
                               return scene.sql().number(
                                          "SELECT count(pg_terminate_backend(pid)) FROM "
                                          "pg_stat_activity WHERE application_name LIKE "
                                          "'millrace/%/0' AND datname = current_database()") > 0;
                           }),
                 scene.logs().c_str());
    }
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstDatabaseAway::theServerIsAwayAtTheStart()
{
    Scene scene(m_stage, "late");
    NumberedLoad load(scene, "", 1);
    load.send(100);
    m_stage.cluster.stop();
    WorkerProcess& worker = scene.addWorker();
    worker.start();
    QVERIFY2(worker.awaitLog("database_away", 20s), scene.logs().c_str());
    m_stage.cluster.start();
    scene.reconnect();
    QVERIFY2(
        waitUntil(
            30s,
            [&] { return !scene.sql().value("SELECT to_regclass('millrace.position')").empty(); }),
        scene.logs().c_str());
    QCOMPARE(load.trouble(), std::string());
}

MR_TEST(TstDatabaseAway)
#include "tst_database_away.moc"
