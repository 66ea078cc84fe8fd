// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Jobs are rows that anybody may insert; workers carry them out.
class TstJobRunner : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void lettersAreReplayedUnderAnotherContract();
    void aReplayThatAConstraintRefusesFailsAndMayBeRepeated();
    void lettersAreDiscardedByChoice();
    void aRecordIsReadBackByteByByte();
    void aWrongJobFailsWithItsReason_data();
    void aWrongJobFailsWithItsReason();
    void aCancelledJobChangesNothing();
    void aJobOutlivesItsWorker();

private:
    Stage m_stage;
};

namespace {

/// Asks for a job and returns its id.
std::string ask(Scene& scene, const std::string& kind, const std::string& arguments)
{
    return scene.sql().value("INSERT INTO millrace.job (kind, arguments) VALUES ($1, $2::jsonb)"
                             " RETURNING id",
                             {kind, arguments});
}

/// "done", "cancelled", "failed: why" once the job has ended; "open" when it does not.
std::string endOf(Scene& scene, const std::string& job, std::chrono::milliseconds limit = 20s)
{
    std::string state;
    const bool ended = waitUntil(limit, [&] {
        state = scene.sql().value("SELECT state FROM millrace.job WHERE id = $1", {job});
        return state != "queued" && state != "running";
    });
    const std::string why =
        scene.sql().value("SELECT ': ' || error FROM millrace.job WHERE id = $1", {job});
    return ended ? state + why : "open";
}

/// A topic under the strict contract: every second record has a key that it does not allow.
void makeLetters(Scene& scene, int pairs)
{
    scene.createTopic();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":0})"});
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    scene.sql().run("UPDATE millrace.topic SET wanted = 'pause', contract = 'strict'");
    QVERIFY2(scene.answers("SELECT state FROM millrace.topic", "paused"), scene.logs().c_str());
    for (int i = 1; i <= 2 * pairs; ++i)
        scene.producer().produce(
            {.topic = scene.topic(),
             .value = "{\"id\":" + std::to_string(i) + (i % 2 == 0 ? ",\"extra\":\"x\"}" : "}")});
    scene.producer().flush();
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run'");
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"
                                " WHERE class = 'contract' AND state = 'open'"),
             pairs);
}

const std::string position = "SELECT concat_ws(' ', next_offset, owner_epoch, rows, dead) FROM"
                             " millrace.position";

} // namespace

void TstJobRunner::lettersAreReplayedUnderAnotherContract()
{
    Scene scene(m_stage, "replayed");
    makeLetters(scene, 1'500);
    scene.startWorker(); // two workers: one of them carries it out
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QVERIFY(scene.answers("SELECT count(*) FROM millrace.worker", "2"));
    // nothing may change hands meanwhile
    const std::string epoch = scene.sql().value("SELECT owner_epoch FROM millrace.position");
    QCOMPARE(endOf(scene, ask(scene, "replay", R"({"topic":"replayed"})")), std::string("done"));
    QCOMPARE(scene.sql().value("SELECT result ->> 'still_dead' FROM millrace.job"),
             std::string("1500"));
    scene.sql().run("UPDATE millrace.topic SET contract = 'evolve'");
    const std::string some = ask(scene, "replay", R"({"topic":"replayed","offsets":[2,4,5]})");
    QCOMPARE(endOf(scene, some), std::string("done"));
    QCOMPARE(
        scene.sql().value("SELECT result ->> 'replayed' FROM millrace.job WHERE id = $1", {some}),
        std::string("2"));
    QCOMPARE(endOf(scene, ask(scene, "replay", R"({"topic":"replayed"})")), std::string("done"));
    QCOMPARE(scene.sql().value(position), "3001 " + epoch + " 3001 0");
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter WHERE state ="
                                " 'replayed'"),
             1'500);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM replayed WHERE extra = 'x'"
                                " AND _offset = id"),
             1'500);
    QVERIFY2(scene.kept(), scene.why());
    // again changes nothing
    QCOMPARE(endOf(scene, ask(scene, "replay", R"({"topic":"replayed"})")), std::string("done"));
    QVERIFY2(scene.kept(), scene.why());
}

void TstJobRunner::aReplayThatAConstraintRefusesFailsAndMayBeRepeated()
{
    Scene scene(m_stage, "refused");
    makeLetters(scene, 10);
    scene.sql().run("UPDATE millrace.topic SET contract = 'evolve';"
                    "ALTER TABLE refused ADD CONSTRAINT small CHECK (id < 20)");
    const std::string first = ask(scene, "replay", R"({"topic":"refused"})");
    QVERIFY(endOf(scene, first).starts_with("failed"));
    QVERIFY(
        scene.sql().value("SELECT error FROM millrace.job WHERE id = $1", {first}).find("small") !=
        std::string::npos);
    QVERIFY2(scene.kept(), scene.why());
    scene.sql().run("ALTER TABLE refused DROP CONSTRAINT small");
    QCOMPARE(endOf(scene, ask(scene, "replay", R"({"topic":"refused"})")), std::string("done"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM refused"), 21);
    QVERIFY2(scene.kept(), scene.why());
}

void TstJobRunner::lettersAreDiscardedByChoice()
{
    Scene scene(m_stage, "discarded");
    makeLetters(scene, 10);
    const std::string job =
        ask(scene, "discard",
            R"({"topic":"discarded","class":"contract","offsets":[2,4,6,7],"reason":"a test's"})");
    QCOMPARE(endOf(scene, job), std::string("done"));
    QCOMPARE(scene.sql().value("SELECT string_agg(record_offset || ' ' || note, ', ' ORDER BY"
                               " record_offset) FROM millrace.dead_letter WHERE state ="
                               " 'discarded'"),
             std::string("2 a test's, 4 a test's, 6 a test's"));
    QCOMPARE(scene.sql().number("SELECT dead FROM millrace.position"), 10);
    scene.sql().run("UPDATE millrace.topic SET contract = 'evolve'");
    QCOMPARE(endOf(scene, ask(scene, "replay", R"({"topic":"discarded"})")), std::string("done"));
    QCOMPARE(scene.sql().number("SELECT dead FROM millrace.position"), 3);
    QVERIFY2(scene.kept(), scene.why());
}

void TstJobRunner::aRecordIsReadBackByteByByte()
{
    Scene scene(m_stage, "original");
    scene.createTopic("", 1, {{"retention.ms", "-1"}}); // its record is years old
    const std::string odd("\xff\x00{", 3);
    scene.producer().send({.topic = scene.topic(),
                           .value = "{ \"id\" : 1.50 }",
                           .key = odd,
                           .timestampMs = 1'700'000'000'123,
                           .headers = {{"h", "1"}, {"h", std::nullopt}}});
    scene.producer().send({.topic = scene.topic(), .value = odd});
    scene.producer().send({.topic = scene.topic(), .key = "gone"});
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const auto read = [&](int offset) {
        return ask(scene, "read_record",
                   R"({"topic":"original","generation":1,"partition":0,"offset":)" +
                       std::to_string(offset) + "}");
    };
    const std::string good = read(0);
    QCOMPARE(endOf(scene, good), std::string("done"));
    const std::string answer = "SELECT concat_ws(' ', encode(payload, 'escape'),"
                               " result ->> 'timestamp_ms', result ->> 'key_base64',"
                               " result -> 'headers') FROM millrace.job WHERE id = $1";
    QCOMPARE(scene.sql().value(answer, {good}),
             std::string(R"({ "id" : 1.50 } 1700000000123 /wB7 [{"name_base64": "aA==",)"
                         R"( "value_base64": "MQ=="}, {"name_base64": "aA==", "value_base64":)"
                         R"( null}])"));
    const std::string bad = read(1);
    QCOMPARE(endOf(scene, bad), std::string("done"));
    QCOMPARE(
        scene.sql().value("SELECT encode(payload, 'hex') FROM millrace.job WHERE id = $1", {bad}),
        std::string("ff007b"));
    const std::string tombstone = read(2);
    QCOMPARE(endOf(scene, tombstone), std::string("done"));
    QCOMPARE(scene.sql().value("SELECT (payload IS NULL) || ' ' || (result ->> 'tombstone') FROM"
                               " millrace.job WHERE id = $1",
                               {tombstone}),
             std::string("true true"));
}

void TstJobRunner::aWrongJobFailsWithItsReason_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no such record")
        << "read_record"
        << R"({"topic":"wrong","generation":1,"partition":0,"offset":77})"
        << "no longer has a record";
    QTest::newRow("an earlier generation")
        << "read_record"
        << R"({"topic":"wrong","generation":7,"partition":0,"offset":0})"
        << "earlier generation";
    QTest::newRow("no such topic") << "read_record"
                                   << R"({"topic":"none","generation":1,"partition":0,"offset":0})"
                                   << "no such topic";
    QTest::newRow("a misspelt filter") << "replay"
                                       << R"({"topic":"wrong","klass":"x"})"
                                       << "klass";
    QTest::newRow("no topic") << "discard"
                              << "{}"
                              << "topic";
}

void TstJobRunner::aWrongJobFailsWithItsReason()
{
    QFETCH(QString, kind);
    QFETCH(QString, arguments);
    QFETCH(QString, reason);
    Scene scene(m_stage, "wrong");
    if (scene.admin().partitionCount("wrong") == 0) {
        scene.createTopic();
        scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    }
    scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const std::string job = ask(scene, kind.toStdString(), arguments.toStdString());
    QVERIFY(endOf(scene, job).starts_with("failed"));
    const std::string error =
        scene.sql().value("SELECT error FROM millrace.job WHERE id = $1", {job});
    QVERIFY2(error.find(reason.toStdString()) != std::string::npos, error.c_str());
}

void TstJobRunner::aCancelledJobChangesNothing()
{
    Scene scene(m_stage, "cancelled");
    makeLetters(scene, 10);
    scene.sql().run("UPDATE millrace.topic SET contract = 'evolve'");
    scene.sql().run("INSERT INTO millrace.job (kind, wanted, arguments)"
                    " VALUES ('replay', 'cancel', '{\"topic\":\"cancelled\"}')");
    QVERIFY(scene.answers("SELECT state FROM millrace.job", "cancelled"));
    QCOMPARE(scene.sql().number("SELECT dead FROM millrace.position"), 10);
}

void TstJobRunner::aJobOutlivesItsWorker()
{
    Scene scene(m_stage, "outlived");
    makeLetters(scene, 6'000);
    scene.sql().run("UPDATE millrace.topic SET contract = 'evolve'");
    QVERIFY(scene.answers("SELECT count(*) FROM millrace.worker", "1"));
    const std::string job = ask(scene, "replay", R"({"topic":"outlived"})");
    const bool begun = waitUntil(20s, [&] {
        return scene.sql().number("SELECT count(*) FROM millrace.job WHERE state = 'running'"
                                  " AND done >= 1000") == 1;
    });
    QVERIFY2(begun, scene.logs().c_str());
    scene.worker(0).kill9();
    QVERIFY(scene.sql().number("SELECT dead FROM millrace.position") > 0);
    // half a minute without a beat, made short
    scene.sql().run("UPDATE millrace.job SET beat_at = now() - interval '31 seconds'");
    scene.startWorker();
    QCOMPARE(endOf(scene, job), std::string("done"));
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT rows || ' ' || dead FROM millrace.position"),
             std::string("12001 0"));
    QCOMPARE(scene.sql().number("SELECT count(DISTINCT id) FROM outlived"), 12'001);
}

MR_TEST(TstJobRunner)

#include "tst_job_runner.moc"
