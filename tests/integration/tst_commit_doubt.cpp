// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/fault_proxy.h"
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(millrace::harness::Cut)

/// A connection lost around COMMIT: the re-read position is the outcome.
class TstCommitDoubt : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aCommitWithUnknownOutcome_data();
    void aCommitWithUnknownOutcome();
    void aCutBehindAnyMessage();
    void silenceIsNoticed();

private:
    WorkerOptions throughProxy(Scene& scene);

    Stage m_stage;
    FaultProxy m_proxy;
};

void TstCommitDoubt::initTestCase()
{
    m_stage.start();
    m_proxy.forwardTo(m_stage.cluster.address(), m_stage.cluster.port());
}

/// The same database by TCP, through the proxy.
WorkerOptions TstCommitDoubt::throughProxy(Scene& scene)
{
    WorkerOptions options = scene.workerOptions();
    const std::string name = scene.sql().value("SELECT current_database()");
    options.database = "host=" + m_proxy.address() + " port=" + std::to_string(m_proxy.port()) +
                       " user=postgres dbname=" + name;
    return options;
}

void TstCommitDoubt::aCommitWithUnknownOutcome_data()
{
    QTest::addColumn<Cut>("cut");
    QTest::newRow("swallowed") << Cut::CommitSwallowed;
    QTest::newRow("forwarded") << Cut::CommitForwarded;
    QTest::newRow("executed") << Cut::CommitExecuted;
    QTest::newRow("half_a_reply") << Cut::CommitReplyHalf;
}

void TstCommitDoubt::aCommitWithUnknownOutcome()
{
    QFETCH(Cut, cut);
    Scene scene(m_stage, std::string("doubt_") + QTest::currentDataTag());
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.addWorker(throughProxy(scene));
    worker.startReady();
    load.send(500);
    QVERIFY2(load.landed(500), scene.logs().c_str());
    const int rounds = isLongRun() ? 50 : 5;
    for (int round = 1; round <= rounds; ++round) {
        const int cutsBefore = m_proxy.cuts();
        m_proxy.armCut(cut, 1 + round % 3);
        if (round % 2 == 0)
            load.changeSchema();
        QVERIFY2(waitUntil(30s,
                           [&] {
                               load.send(200);
                               return m_proxy.cuts() > cutsBefore;
                           }),
                 scene.logs().c_str());
        QVERIFY2(load.landed(load.sent()), scene.logs().c_str());
    }
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstCommitDoubt::aCutBehindAnyMessage()
{
    Scene scene(m_stage, "anywhere");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.addWorker(throughProxy(scene));
    worker.startReady();
    const int rounds = isLongRun() ? 200 : 20;
    for (int round = 1; round <= rounds; ++round) {
        const int cutsBefore = m_proxy.cuts();
        m_proxy.armCut(round % 2 == 0 ? Cut::ClientMessage : Cut::ServerMessage, round);
        load.send(200);
        QVERIFY2(waitUntil(30s, [&] { return m_proxy.cuts() > cutsBefore; }), scene.logs().c_str());
    }
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstCommitDoubt::silenceIsNoticed()
{
    Scene scene(m_stage, "silence");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.addWorker(throughProxy(scene));
    worker.startReady();
    load.send(500);
    QVERIFY2(load.landed(500), scene.logs().c_str());
    const int cutsBefore = m_proxy.cuts();
    m_proxy.armCut(Cut::CommitReplyLost);
    QVERIFY2(waitUntil(30s,
                       [&] {
                           load.send(100);
                           return m_proxy.cuts() > cutsBefore;
                       }),
             scene.logs().c_str());
    // the server has no lock left of ours; nothing but a bound on our own wait ends this
    QVERIFY2(load.landed(load.sent(), 60s), scene.logs().c_str());
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

MR_TEST(TstCommitDoubt)
#include "tst_commit_doubt.moc"
