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
    void damagedRecordsAreGivenUpByAJob();
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

    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--lanes", "1"}); // each that holds it tells
    WorkerProcess& worker = scene.addWorker(options);
    worker.startReady();
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

void TstBrokerTrouble::damagedRecordsAreGivenUpByAJob()
{
    Scene scene(m_stage, "given_up");
    scene.createTopic();
    for (int i = 0; i < 15; ++i)
        sendOne(scene, 0, i);
    m_stage.broker.stop();
    SegmentFile segment(m_stage.broker, scene.topic(), 0);
    for (const int damaged : {10, 11, 13})
        segment.flipByteAt(damaged);
    m_stage.broker.start();
    scene.startWorker();
    QVERIFY2(scene.answers("SELECT next_offset FROM millrace.position", "10"),
             scene.logs().c_str());

    const auto skip = [&](int offset) {
        const std::string id =
            scene.sql().value("INSERT INTO millrace.job (kind, arguments) VALUES ('skip_corrupt',"
                              " jsonb_build_object('topic', 'given_up', 'generation', 1, "
                              "'partition', 0, 'offset', $1::int))"
                              " RETURNING id",
                              {std::to_string(offset)});
        std::string end;
        const bool ended = waitUntil(30s, [&] {
            end = scene.sql().value("SELECT state || ' ' || coalesce(error, result::text) FROM"
                                    " millrace.job WHERE id = $1 AND state NOT IN"
                                    " ('queued', 'running')",
                                    {id});
            return !end.empty();
        });
        return ended ? end : "open";
    };
    QVERIFY2(skip(3).starts_with("failed the partition stands at offset 10: nothing was skipped"),
             skip(3).c_str());
    QCOMPARE(skip(10), std::string(R"(done {"last_offset": 11, "first_offset": 10})"));
    // the record between is not lost
    QVERIFY2(scene.answers("SELECT next_offset FROM millrace.position", "13", 70s),
             scene.logs().c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM given_up WHERE id = 12"), 1);
    QVERIFY2(scene.answers("SELECT count(*) FROM millrace.event WHERE code = 'corrupt_data'", "2"),
             scene.logs().c_str());
    QCOMPARE(skip(13), std::string(R"(done {"last_offset": 13, "first_offset": 13})"));
    // asked for again, as when the first worker died behind it
    QCOMPARE(skip(13), std::string(R"(done {"last_offset": 13, "first_offset": 13})"));
    QVERIFY2(scene.answers("SELECT next_offset FROM millrace.position", "15", 70s),
             scene.logs().c_str());
    QVERIFY2(skip(15).starts_with("failed what stands at the offset is not damaged"),
             skip(15).c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM given_up"), 12);
    QCOMPARE(scene.sql().value("SELECT gap || ' ' || rows FROM millrace.position"),
             std::string("3 12"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.balance WHERE balanced"), 1);
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
