// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// A topic of the same name that is another stream. Verdicts take ten seconds by rule, so the cases
/// of one class of trouble run side by side.
class TstGenerations : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void topicsMadeAnewWhileItRunsAndPauses();
    void aTopicMadeAnewUnseenIsFoundByTheProbe();
    void aTopicMadeAnewUnderALaggingLaneIsFoundByItsWatermark();
    void topicsMadeAnewWhileItIsAway();
    void anotherClusterWaitsForAPerson();

private:
    Stage m_stage;
};

namespace {

constexpr int firstRecords = 50;

/// Sends `count` records whose ids begin at `firstId` to both partitions of a topic in turn.
void fill(Scene& scene, const std::string& suffix, int firstId, int count)
{
    TestProducer producer(scene.stage().broker.brokers()); // that knows the topic as it is now
    for (int i = 0; i < count; ++i)
        producer.produce({.topic = scene.topic(suffix),
                          .value = "{\"id\":" + std::to_string(firstId + i) + "}",
                          .partition = i % 2});
    producer.flush();
}

void makeAnew(Scene& scene, const std::string& suffix, int records)
{
    scene.admin().deleteTopic(scene.topic(suffix));
    scene.createTopic(suffix, 2);
    fill(scene, suffix, 1'000, records);
}

/// The second generation is whole, the first one's rows are still there, people were told.
void checkSecondGeneration(Scene& scene, const std::string& suffix)
{
    const std::string topic = scene.topic(suffix);
    QVERIFY2(scene.answers("SELECT max(generation) FROM millrace.generation WHERE topic = '" +
                               topic + "'",
                           "2", 90s),
             (suffix + scene.logs()).c_str());
    QVERIFY2(scene.kept(suffix), scene.why());
    const std::string table = scene.oracle().tableOf(topic);
    QCOMPARE(scene.sql().number("SELECT count(DISTINCT id) FROM " + table +
                                " WHERE _generation = 1 AND id < 1000"),
             firstRecords);
    // Read on while the topic was made anew, the first generation may hold some of the new records
    // where the library knows no topic ids (README: up to 30 s); never the other way round.
    const bool mayMix = suffix.starts_with("_running");
    QCOMPARE(scene.sql().number("SELECT count(*) FROM " + table +
                                " WHERE _generation = 2 AND"
                                " id < 1000"),
             0);
    if (!mayMix)
        QCOMPARE(scene.sql().number("SELECT count(*) FROM " + table +
                                    " WHERE _generation = 1"
                                    " AND id >= 1000"),
                 0);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.event WHERE level = 'alarm' AND"
                                " code = 'topic_recreated' AND topic = $1",
                                {topic}),
             1);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.balance WHERE NOT balanced"), 0);
}

} // namespace

void TstGenerations::topicsMadeAnewWhileItRunsAndPauses()
{
    Scene scene(m_stage, "anew");
    const std::vector<std::string> running{"_running_fewer", "_running_more"};
    const std::vector<std::string> paused{"_paused_fewer", "_paused_more"};
    std::vector<std::string> all = running;
    all.insert(all.end(), paused.begin(), paused.end());
    scene.createTopic("_calm");
    for (const std::string& suffix : all) {
        scene.createTopic(suffix, 2);
        fill(scene, suffix, 0, firstRecords);
    }
    scene.startWorker();
    for (const std::string& suffix : all)
        QVERIFY2(scene.caughtUp(suffix), scene.logs().c_str());
    scene.sql().run("UPDATE millrace.topic SET wanted = 'pause' WHERE topic LIKE 'anew_paused%'");
    QVERIFY(scene.answers("SELECT count(*) FROM millrace.topic WHERE state = 'paused'", "2"));

    for (const std::string& suffix : all)
        makeAnew(scene, suffix, suffix.ends_with("fewer") ? 6 : 2 * firstRecords);
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic LIKE 'anew_paused%'");
    // the others' trouble is not this topic's
    scene.producer().send({.topic = scene.topic("_calm"), .value = R"({"id":1})"});
    QVERIFY2(scene.caughtUp("_calm", 5s), scene.logs().c_str());
    for (const std::string& suffix : all) {
        checkSecondGeneration(scene, suffix);
        if (QTest::currentTestFailed())
            return;
    }
}

/// The broker gives no sign at all: the worker reads on in the new log where it stood in the old
/// one. Only a record consumed before tells the difference, and this happens before any probe has
/// looked.
void TstGenerations::aTopicMadeAnewUnseenIsFoundByTheProbe()
{
    Scene scene(m_stage, "unseen");
    scene.createTopic("_running", 2);
    fill(scene, "_running", 0, firstRecords);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp("_running"), scene.logs().c_str());
    worker.freeze();
    makeAnew(scene, "_running", 2 * firstRecords);
    worker.thaw();
    checkSecondGeneration(scene, "_running");
}

/// As before, but the lane lags: it reads on between the former and the present end, which the
/// broker's answers show at once. The probe would take half a minute.
void TstGenerations::aTopicMadeAnewUnderALaggingLaneIsFoundByItsWatermark()
{
    Scene scene(m_stage, "lagging");
    scene.createTopic();
    const std::string filler(200'000, 'x'); // more than the lane's queue holds
    for (int id = 0; id < 200; ++id)
        scene.producer().produce(
            {.topic = scene.topic(),
             .value = "{\"id\":" + std::to_string(id) + ",\"filler\":\"" + filler + "\"}"});
    scene.producer().flush();
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--batch-records", "2", "--lanes", "1"});
    WorkerProcess& worker = scene.addWorker(options);
    worker.startReady();
    QVERIFY2(scene.answers("SELECT to_regclass('lagging') IS NOT NULL", "t"), scene.logs().c_str());
    scene.sql().run(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END';"
        " CREATE TRIGGER slow BEFORE INSERT ON lagging FOR EACH ROW WHEN (NEW.filler <> '') EXECUTE"
        " FUNCTION slow()");
    const long long begun = scene.sql().number("SELECT next_offset FROM millrace.position");
    QVERIFY2(waitUntil(20s,
                       [&] { // two seconds of reading
                           return scene.sql().number("SELECT next_offset FROM millrace.position") >=
                                  begun + 40;
                       }),
             scene.logs().c_str());
    worker.freeze();
    scene.admin().deleteTopic(scene.topic());
    scene.createTopic();
    TestProducer producer(m_stage.broker.brokers());
    for (int id = 1'000; id < 1'190; ++id)
        producer.produce({.topic = scene.topic(), .value = "{\"id\":" + std::to_string(id) + "}"});
    producer.flush();
    worker.thaw();
    QVERIFY2(scene.answers("SELECT max(generation) FROM millrace.generation", "2", 32s),
             scene.logs().c_str());
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM lagging WHERE _generation = 2"), 190);
}

void TstGenerations::topicsMadeAnewWhileItIsAway()
{
    Scene scene(m_stage, "away");
    const std::vector<std::string> all{"_fewer", "_more", "_as_many"};
    for (const std::string& suffix : all) {
        scene.createTopic(suffix, 2);
        fill(scene, suffix, 0, firstRecords);
    }
    WorkerProcess& worker = scene.startWorker();
    for (const std::string& suffix : all)
        QVERIFY2(scene.caughtUp(suffix), scene.logs().c_str());
    QCOMPARE(worker.stop().code, 0);
    makeAnew(scene, "_fewer", 6);
    makeAnew(scene, "_more", 2 * firstRecords);
    makeAnew(scene, "_as_many", firstRecords);
    worker.startReady();
    for (const std::string& suffix : all) {
        checkSecondGeneration(scene, suffix);
        if (QTest::currentTestFailed())
            return;
    }
}

void TstGenerations::anotherClusterWaitsForAPerson()
{
    Scene scene(m_stage, "swap");
    scene.createTopic("", 2);
    fill(scene, "", 0, firstRecords);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QCOMPARE(worker.stop().code, 0);

    Stage other;
    other.start();
    other.broker.admin().createTopic("swap", 2);
    TestProducer producer(other.broker.brokers());
    for (int i = 0; i < 80; ++i)
        producer.produce({.topic = "swap",
                          .value = "{\"id\":" + std::to_string(1'000 + i) + "}",
                          .partition = i % 2});
    producer.flush();
    WorkerOptions options = scene.workerOptions();
    options.brokers = other.broker.brokers();
    WorkerProcess& misled = scene.addWorker(options);
    misled.startReady();
    QVERIFY2(scene.answers("SELECT state || ' ' || (reason LIKE '%--accept-cluster%') FROM"
                           " millrace.topic",
                           "halted true"),
             scene.logs().c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM swap"), firstRecords);
    QCOMPARE(misled.stop().code, 0);

    options.arguments.emplace_back("--accept-cluster");
    WorkerProcess& accepting = scene.addWorker(options);
    accepting.startReady();
    QVERIFY2(scene.answers("SELECT max(generation) || ' ' || (SELECT state FROM millrace.topic)"
                           " FROM millrace.generation",
                           "2 running"),
             scene.logs().c_str());
    Oracle oracle({{"bootstrap.servers", other.broker.brokers()}}, scene.database());
    QVERIFY2(oracle.awaitCaughtUp("swap", 20s), scene.logs().c_str());
    const Verdict verdict = oracle.judge("swap");
    QVERIFY2(verdict.holds(), verdict.text().c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM swap WHERE _generation = 1"), firstRecords);
}

MR_TEST(TstGenerations)

#include "tst_generations.moc"
