// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// What a person states in millrace.topic is carried out while the worker runs.
class TstTopicWatch : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aTopicPausesWithinTwoSecondsAndRunsAgain();
    void aPausedTopicTakesNothingFromAWorkerThatDoesNotKnow();
    void contractsChangeWhileItRuns();
    void aGenerationBegunByAnotherIsTakenUp();

private:
    Stage m_stage;
};

void TstTopicWatch::aTopicPausesWithinTwoSecondsAndRunsAgain()
{
    Scene scene(m_stage, "pausing");
    scene.createTopic("", 2);
    scene.createTopic("_other", 2);
    int id = 0;
    const auto send = [&] {
        for (const char* suffix : {"", "_other"})
            scene.producer().send({.topic = scene.topic(suffix),
                                   .value = "{\"id\":" + std::to_string(id) + "}",
                                   .partition = id % 2});
        ++id;
    };
    send();
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const std::string rows = "SELECT sum(rows) FROM millrace.position WHERE topic = 'pausing'";
    for (int round = 0; round < 2; ++round) {
        scene.sql().run("UPDATE millrace.topic SET wanted = 'pause' WHERE topic = 'pausing'");
        const auto stated = std::chrono::steady_clock::now();
        QVERIFY2(
            scene.answers("SELECT state FROM millrace.topic WHERE topic = 'pausing'", "paused", 2s),
            scene.logs().c_str());
        const std::string before = scene.sql().value(rows);
        QVERIFY(waitUntil(10s, [&] {
            send();
            return std::chrono::steady_clock::now() - stated > 3s;
        }));
        QCOMPARE(scene.sql().value(rows), before);
        QVERIFY2(scene.caughtUp("_other"), scene.logs().c_str());
        scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'pausing'");
        QVERIFY2(scene.kept(), scene.why());
        QVERIFY(scene.answers("SELECT state FROM millrace.topic WHERE topic = 'pausing'", "running",
                              2s));
    }
    QCOMPARE(scene.alarms(), 0);
}

void TstTopicWatch::aPausedTopicTakesNothingFromAWorkerThatDoesNotKnow()
{
    Scene scene(m_stage, "unaware");
    scene.createTopic("", 2);
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--lanes", "1"}); // a partition each
    scene.addWorker(options).startReady();
    options.failpoints = "commit.begin=stop@1";
    WorkerProcess& unaware = scene.addWorker(options);
    unaware.startReady();
    QVERIFY2(scene.answers(
                 "SELECT count(DISTINCT split_part(owner, '/', 2)) FROM millrace.position", "2"),
             scene.logs().c_str());
    for (int partition = 0; partition < 2; ++partition)
        scene.producer().send(
            {.topic = scene.topic(), .value = R"({"id":1})", .partition = partition});
    QVERIFY2(stopped(unaware), scene.logs().c_str());
    QVERIFY2(scene.answers("SELECT sum(rows) FROM millrace.position", "1"), scene.logs().c_str());

    scene.sql().run("UPDATE millrace.topic SET wanted = 'pause'");
    QVERIFY2(scene.answers("SELECT state FROM millrace.topic", "paused"), scene.logs().c_str());
    unaware.thaw();
    QVERIFY2(unaware.awaitLog("fenced", 10s), scene.logs().c_str());
    QCOMPARE(scene.sql().value("SELECT sum(rows) FROM millrace.position"), std::string("1"));
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run'");
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT sum(rows) FROM millrace.position"), std::string("2"));
}

void TstTopicWatch::contractsChangeWhileItRuns()
{
    Scene scene(m_stage, "contract");
    scene.createTopic();
    const auto send = [&](const std::string& value) {
        scene.producer().send({.topic = scene.topic(), .value = value});
        QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    };
    const auto state = [&](const std::string& contract) {
        scene.sql().run("UPDATE millrace.topic SET contract = '" + contract + "'");
    };
    const std::string letters =
        "SELECT string_agg(record_offset || ' ' || class, ', ' ORDER BY record_offset)"
        " FROM millrace.dead_letter";
    scene.startWorker();
    send(R"({"id":1})");

    // a change is known within two seconds; until then the former rule may be applied
    state("freeze");
    QVERIFY(waitUntil(2s, [&] {
        send(R"({"id":2,"frozen":1})");
        return scene.sql().number("SELECT count(*) FROM contract WHERE _more ? 'frozen'") > 0;
    }));
    send(R"({"id":"text"})");
    QCOMPARE(scene.sql().value("SELECT _more ->> 'id' FROM contract ORDER BY _offset DESC LIMIT 1"),
             std::string("text"));

    state("strict");
    QVERIFY(waitUntil(2s, [&] {
        send(R"({"id":3,"new":1})");
        return scene.sql().number("SELECT count(*) FROM millrace.dead_letter") > 0;
    }));
    send(R"({"id":4})");
    send(R"({"id":"text"})");
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter WHERE class ="
                                " 'contract'"),
             scene.sql().number("SELECT count(*) FROM millrace.dead_letter"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM contract WHERE id = 4"), 1);

    state("evolve");
    QVERIFY(waitUntil(2s, [&] {
        send(R"({"id":5,"new":2})");
        return scene.sql().number("SELECT count(*) FROM millrace.column_map"
                                  " WHERE column_name = 'new'") == 1;
    }));
    QVERIFY2(scene.kept(), scene.why());
}

/// Nothing more comes, so no commit meets the fence.
void TstTopicWatch::aGenerationBegunByAnotherIsTakenUp()
{
    Scene scene(m_stage, "superseded");
    scene.createTopic();
    for (int id = 0; id < 3; ++id)
        scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    scene.sql().run("BEGIN; UPDATE millrace.position SET owner_epoch = owner_epoch + 1;"
                    " INSERT INTO millrace.generation (topic, generation, cluster_id, topic_id,"
                    " reason) SELECT topic, 2, cluster_id, topic_id, 'recreated' FROM"
                    " millrace.generation; INSERT INTO millrace.position (topic, generation,"
                    " partition, first_offset, next_offset, low_seen) SELECT topic, 2, partition,"
                    " 0, 0, 0 FROM millrace.position; COMMIT");
    QVERIFY2(scene.answers("SELECT count(*) FROM superseded WHERE _generation = 2", "3"),
             scene.logs().c_str());
}

MR_TEST(TstTopicWatch)

#include "tst_topic_watch.moc"
