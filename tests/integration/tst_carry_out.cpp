// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"
#include "tests/integration/segment_file.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// What becomes of a partition when the log no longer is what the position was made from.
class TstCarryOut : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void retentionPastThePositionIsAGap_data();
    void retentionPastThePositionIsAGap();
    void aCutLogStopsThePartitionUntilAPersonGoesOn();

private:
    Stage m_stage;
};

namespace {

void fill(Scene& scene, int firstId, int count)
{
    TestProducer producer(scene.stage().broker.brokers()); // of no sequence with former ones
    for (int i = 0; i < count; ++i)
        producer.produce({.topic = scene.topic(),
                          .value = "{\"id\":" + std::to_string(firstId + i) + "}",
                          .partition = 0});
    producer.flush();
}

} // namespace

void TstCarryOut::retentionPastThePositionIsAGap_data()
{
    QTest::addColumn<bool>("paused");
    QTest::newRow("while it is away") << false;
    QTest::newRow("while the topic is paused") << true;
}

void TstCarryOut::retentionPastThePositionIsAGap()
{
    QFETCH(bool, paused);
    Scene scene(m_stage, paused ? "kept_paused" : "kept");
    scene.createTopic("", 2);
    fill(scene, 0, 100);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    if (paused) {
        scene.sql().run("UPDATE millrace.topic SET wanted = 'pause'");
        QVERIFY(scene.answers("SELECT state FROM millrace.topic", "paused"));
    } else {
        QCOMPARE(worker.stop().code, 0);
    }
    fill(scene, 100, 100);
    scene.admin().deleteRecords(scene.topic(), 0, 150);
    if (paused)
        scene.sql().run("UPDATE millrace.topic SET wanted = 'run'");
    else
        worker.startReady();
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT concat_ws(' ', partition, first_offset, last_offset, kind)"
                               " FROM millrace.gap"),
             std::string("0 100 149 rows"));
    QCOMPARE(scene.sql().value("SELECT gap || ' ' || rows FROM millrace.position"
                               " WHERE partition = 0"),
             std::string("50 150"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.event WHERE code = 'gap'"
                                " AND level = 'alarm' AND partition = 0"),
             1);
    QCOMPARE(scene.sql().number("SELECT max(generation) FROM millrace.generation"), 1);
}

void TstCarryOut::aCutLogStopsThePartitionUntilAPersonGoesOn()
{
    Scene scene(m_stage, "cut");
    scene.createTopic("", 1);
    scene.createTopic("_calm", 1);
    for (int i = 0; i < 20; ++i) // a batch a record
        scene.producer().send(
            {.topic = scene.topic(), .value = "{\"id\":" + std::to_string(i) + "}"});
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QCOMPARE(worker.stop().code, 0);
    m_stage.broker.stop();
    SegmentFile segment(m_stage.broker, scene.topic(), 0);
    segment.cutBehind(9);
    m_stage.broker.start();
    fill(scene, 1'000, 5);
    QCOMPARE(scene.admin().watermarks(scene.topic(), 0).high, 15);

    worker.startReady();
    scene.producer().send({.topic = scene.topic("_calm"), .value = R"({"id":1})"});
    QVERIFY2(scene.caughtUp("_calm"), scene.logs().c_str());
    QVERIFY2(scene.answers("SELECT state FROM millrace.topic WHERE topic = 'cut'", "halted"),
             scene.logs().c_str());
    QCOMPARE(scene.sql().value("SELECT state || ' ' || rows FROM millrace.position"
                               " WHERE topic = 'cut'"),
             std::string("stopped 20"));
    QCOMPARE(scene.events("diverged"), 1);

    // what a person wants outlives the worker that stopped
    QCOMPARE(worker.stop().code, 0);
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'cut'");
    worker.startReady();
    QVERIFY2(
        scene.answers("SELECT max(generation) FROM millrace.generation WHERE topic = 'cut'", "2"),
        scene.logs().c_str());
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM cut WHERE _generation = 1"), 20);
    QCOMPARE(scene.events("diverged"), 1);
}

MR_TEST(TstCarryOut)

#include "tst_carry_out.moc"
