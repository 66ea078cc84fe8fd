// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"
#include "tests/integration/segment_file.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

class TstBrokerTrouble : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aFlippedByteStopsItsPartitionOnly();
    void aBrokerThatDiesAndComesBackIsReadOn();

private:
    Stage m_stage;
};

namespace {

void sendOne(Scene& scene, int partition, int id)
{
    scene.producer().send({.topic = scene.topic(),
                           .value = "{\"id\":" + std::to_string(id) + "}",
                           .partition = partition});
}

} // namespace

void TstBrokerTrouble::aFlippedByteStopsItsPartitionOnly()
{
    Scene scene(m_stage, "flipped");
    scene.createTopic("", 2);
    for (int i = 0; i < 30; ++i)
        sendOne(scene, i % 2, i); // a batch a record
    m_stage.broker.stop();
    SegmentFile segment(m_stage.broker, scene.topic(), 0);
    segment.flipByteAt(10);
    m_stage.broker.start();

    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.answers("SELECT count(*) FROM millrace.event WHERE level = 'alarm'"
                           " AND code = 'corrupt_data' AND topic = 'flipped' AND partition = 0",
                           "1"),
             scene.logs().c_str());
    QVERIFY2(scene.answers("SELECT string_agg(next_offset::text, ' ' ORDER BY partition) FROM"
                           " millrace.position",
                           "10 15"),
             scene.logs().c_str());
    // it goes on trying, but neither spins nor shouts, and the other partition flows
    const auto cpuBefore = worker.process().cpu();
    const auto began = std::chrono::steady_clock::now();
    int sent = 0;
    const bool flows = waitUntil(10s, [&] {
        sendOne(scene, 1, 100 + sent++);
        return std::chrono::steady_clock::now() - began > 5s;
    });
    QVERIFY(flows);
    const auto cpu = worker.process().cpu() - cpuBefore;
    qInfo("%lld ms of processor time in 5 s", static_cast<long long>(cpu.count()));
    QVERIFY(cpu < 2s);
    QVERIFY(scene.answers("SELECT next_offset FROM millrace.position WHERE partition = 1",
                          std::to_string(15 + sent)));
    QCOMPARE(scene.events("corrupt_data"), 1);

    // the byte is as it was: the partition goes on by itself
    m_stage.broker.stop();
    segment.flipByteAt(10);
    m_stage.broker.start();
    QVERIFY2(scene.caughtUp("", 90s), scene.logs().c_str());
    QVERIFY2(scene.kept(), scene.why());
}

void TstBrokerTrouble::aBrokerThatDiesAndComesBackIsReadOn()
{
    Scene scene(m_stage, "killed");
    scene.createTopic("", 2);
    for (int i = 0; i < 20; ++i)
        sendOne(scene, i % 2, i);
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    for (int round = 0; round < 2; ++round) {
        m_stage.broker.kill9();
        m_stage.broker.start();
        for (int i = 0; i < 20; ++i)
            sendOne(scene, i % 2, 100 + i);
        QVERIFY2(scene.kept(), scene.why());
    }
    QCOMPARE(scene.alarms(), 0);
    QCOMPARE(scene.sql().number("SELECT max(generation) FROM millrace.generation"), 1);
}

MR_TEST(TstBrokerTrouble)

#include "tst_broker_trouble.moc"
