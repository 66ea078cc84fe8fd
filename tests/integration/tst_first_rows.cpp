// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

class TstFirstRows : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aMessageIsARowThatSqlFinds();
    void aRestartGoesOnAtTheLastOffset();
    void twoWorkersShareTheWork();
    void healthTellsTheTruth();

private:
    Stage m_stage;
};

void TstFirstRows::aMessageIsARowThatSqlFinds()
{
    Scene scene(m_stage, "orders");
    scene.createTopic("", 1, {{"retention.ms", "-1"}}); // its record is old
    scene.startWorker();
    scene.producer().send({.topic = scene.topic(),
                           .value =
                               R"({"id":7,"price":12.5,"paid":true,"at":"2026-03-14T15:09:26.5Z",)"
                               R"("address":{"city":"Ulm"},"tags":["a","b"],"note":null})",
                           .key = "k7",
                           .timestampMs = 1'767'225'600'000,
                           .headers = {{"trace", "t1"}}});
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const auto row = scene.sql().rows(
        "SELECT id, price, paid, at = '2026-03-14 15:09:26.5+00', address_city, tags::text, _key,"
        " _partition, _offset, _generation, _time = '2026-01-01 00:00:00+00',"
        " _headers::text, _more IS NULL FROM orders WHERE id = 7");
    QCOMPARE(row.size(), 1U);
    const std::vector<std::string> expected{"7",  "12.5", "t", "t", "Ulm", R"(["a", "b"])",
                                            "k7", "0",    "0", "1", "t"};
    for (std::size_t i = 0; i < expected.size(); ++i)
        QCOMPARE(row[0][i].value_or("NULL"), expected[i]);
    QVERIFY(row[0][11].value_or("").find("trace") != std::string::npos);
    QCOMPARE(row[0][12].value_or(""), std::string("t"));
    QVERIFY2(scene.kept(), scene.why());
}

void TstFirstRows::aRestartGoesOnAtTheLastOffset()
{
    Scene scene(m_stage, "restarted");
    NumberedLoad load(scene, "", 3);
    WorkerProcess& worker = scene.startWorker();
    load.send(1'000);
    QVERIFY2(load.landed(1'000), scene.logs().c_str());
    const ChildExit ended = worker.stop();
    QVERIFY2(ended.code == 0, (std::to_string(ended.signal) + scene.logs()).c_str());
    // what Kafka believes about us is not what we go by
    for (int partition = 0; partition < 3; ++partition)
        scene.admin().resetGroup("group-restarted", scene.topic(), partition, 0);
    load.send(1'000);
    worker.startReady();
    QVERIFY2(load.landed(2'000), scene.logs().c_str());
    worker.kill9();
    load.changeSchema();
    load.send(1'000);
    worker.startReady();
    QCOMPARE(load.trouble(), std::string());
    QCOMPARE(scene.sql().number("SELECT max(generation) FROM millrace.generation"), 1);
    QCOMPARE(scene.alarms(), 0);
}

void TstFirstRows::twoWorkersShareTheWork()
{
    Scene scene(m_stage, "shared");
    NumberedLoad load(scene, "", 4);
    scene.startWorker();
    load.send(400);
    QVERIFY2(load.landed(400), scene.logs().c_str());
    scene.startWorker();
    QVERIFY2(scene.answers(
                 "SELECT count(DISTINCT split_part(owner, '/', 2)) FROM millrace.position", "2"),
             scene.logs().c_str());
    for (int round = 0; round < 5; ++round) {
        load.changeSchema();
        load.send(2'000);
    }
    QCOMPARE(load.trouble(), std::string());
    QCOMPARE(scene.alarms(), 0);
}

void TstFirstRows::healthTellsTheTruth()
{
    Scene scene(m_stage, "healthy");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.startWorker();
    load.send(300);
    QVERIFY2(load.landed(300), scene.logs().c_str());
    const bool healthy = waitUntil(10s, [&] {
        const std::string health = worker.get("/health");
        return health.find("\"ready\":true") != std::string::npos &&
               health.find("\"healthy\"") != std::string::npos;
    });
    QVERIFY2(healthy, worker.get("/health").c_str());
    QVERIFY(worker.get("/metrics").find("millrace_") != std::string::npos);
}

MR_TEST(TstFirstRows)
#include "tst_first_rows.moc"
