// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/documents.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// What a lane makes of each kind of stream that brokers serve.
class TstLane : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void abortedTransactionsAndMarkersAreHoles();
    void compactionLeavesHoles();
    void everyCodecLands_data();
    void everyCodecLands();
    void everyPartOfARecordComesBack();
    void onePoisonRecordIsOneLetter();
    void garbageHaltsItsTopicOnly();
    void offsetsResetAtTheBrokerHaveNoEffect();

private:
    Stage m_stage;
};

namespace {

std::string numbered(int id)
{
    return "{\"id\":" + std::to_string(id) + "}";
}

void fill(Scene& scene, const std::string& suffix, int firstId, int count)
{
    for (int i = 0; i < count; ++i)
        scene.producer().produce({.topic = scene.topic(suffix), .value = numbered(firstId + i)});
    scene.producer().flush();
}

} // namespace

void TstLane::abortedTransactionsAndMarkersAreHoles()
{
    Scene scene(m_stage, "transacted");
    scene.createTopic();
    scene.createTopic("_nothing");
    TestProducer producer(m_stage.broker.brokers(), {{"transactional.id", "transacted"}});
    const auto transact = [&](const std::string& suffix, int firstId, bool commits) {
        producer.begin();
        for (int i = 0; i < 10; ++i)
            producer.produce({.topic = scene.topic(suffix), .value = numbered(firstId + i)});
        commits ? producer.commit() : producer.abort();
    };
    for (int round = 0; round < 3; ++round)
        transact("", 10 * round, round != 1);
    transact("_nothing", 0, false);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.kept(), scene.why());
    QVERIFY2(scene.kept("_nothing"), scene.why());
    // further ones while it runs, the last of them aborted: the end is reached behind its marker
    for (int round = 3; round < 6; ++round)
        transact("", 10 * round, round != 5);
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT concat_ws(' ', next_offset, rows, gap, holes) FROM"
                               " millrace.position WHERE topic = 'transacted'"),
             std::string("66 40 0 26"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM transacted WHERE id / 10 IN (1, 5)"), 0);

    // and the position behind the last record is proved across the hole
    QCOMPARE(worker.stop().code, 0);
    worker.startReady();
    transact("", 60, true);
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.alarms(), 0);
}

void TstLane::compactionLeavesHoles()
{
    Scene scene(m_stage, "compacted");
    scene.createTopic("", 1,
                      {{"cleanup.policy", "compact"},
                       {"segment.ms", "100"},
                       {"min.cleanable.dirty.ratio", "0.01"},
                       {"max.compaction.lag.ms", "100"}});
    const auto rewrite = [&](int firstId) {
        for (int i = 0; i < 200; ++i)
            scene.producer().produce({.topic = scene.topic(),
                                      .value = numbered(firstId + i),
                                      .key = "key" + std::to_string(i % 20)});
        scene.producer().flush();
    };
    rewrite(0);
    const bool cleaned = waitUntil(40s, [&] {
        rewrite(1'000); // a new segment must begin before the old one is cleaned
        return readTopic(m_stage.broker.brokers(), scene.topic()).size() <
               static_cast<std::size_t>(scene.admin().watermarks(scene.topic(), 0).high) - 100;
    });
    QVERIFY(cleaned);
    // the cleaner may go on beside us: it must have nothing to take between reading and judging
    scene.admin().configureTopic(scene.topic(), {{"cleanup.policy", "delete"}});
    scene.startWorker();
    QVERIFY2(scene.kept(), scene.why());
    QVERIFY(scene.sql().number("SELECT holes FROM millrace.position") > 0);
    QCOMPARE(scene.sql().number("SELECT gap FROM millrace.position"), 0);
    QCOMPARE(scene.alarms(), 0);
}

void TstLane::everyCodecLands_data()
{
    QTest::addColumn<QString>("codec");
    for (const char* codec : {"gzip", "snappy", "lz4", "zstd"})
        QTest::newRow(codec) << codec;
}

void TstLane::everyCodecLands()
{
    QFETCH(QString, codec);
    Scene scene(m_stage, "codec_" + codec.toStdString());
    scene.createTopic();
    TestProducer producer(m_stage.broker.brokers(), {{"compression.codec", codec.toStdString()}});
    for (int i = 0; i < 2'000; ++i)
        producer.produce({.topic = scene.topic(), .value = numbered(i)});
    producer.flush();
    scene.startWorker();
    QVERIFY2(scene.kept(), scene.why());
    const auto differences =
        scene.oracle().compareColumn(scene.topic(), "id", [](const ReadRecord& record) {
            return record.value->substr(6, record.value->size() - 7);
        });
    QVERIFY2(differences.empty(), differences.empty() ? "" : differences.front().c_str());
}

void TstLane::everyPartOfARecordComesBack()
{
    Scene scene(m_stage, "parts");
    scene.createTopic(
        "", 1, {{"message.timestamp.after.max.ms", "9223372036854775807"}, {"retention.ms", "-1"}});
    const std::string odd("\xff\x00k", 3);
    TestProducer& producer = scene.producer();
    const auto add = [&](TestRecord record) {
        record.topic = scene.topic();
        producer.produce(record);
    };
    add({.topic = {}, .value = numbered(0), .timestampMs = 1'700'000'000'123});
    add({.topic = {}, .value = numbered(1), .key = ""});
    add({.topic = {}, .value = numbered(2), .key = "k\xc3\xa9y"});
    add({.topic = {}, .value = numbered(3), .key = odd});
    add({.topic = {},
         .value = numbered(4),
         .headers = {{"h", "1"}, {"h", std::nullopt}, {"h", ""}, {"bin", odd}}});
    add({.topic = {}, .key = "gone"});  // 5: a tombstone
    add({.topic = {}, .value = ""});    // 6: empty
    add({.topic = {}, .value = " \n"}); // 7: nothing but white space
    add({.topic = {}, .value = "\xef\xbb\xbf{\"id\":8}"});
    add({.topic = {}, .value = "[1,{\"a\":null}]"});                                 // 9: no object
    add({.topic = {}, .value = numbered(10), .timestampMs = 9'300'000'000'000'000}); // year 296675
    producer.flush();
    scene.startWorker();
    QVERIFY2(scene.kept(), scene.why());
    SqlClient& sql = scene.sql();
    const auto cell = [&](const std::string& expression, int offset) {
        return sql.value("SELECT coalesce((" + expression +
                         ")::text, 'NULL') FROM parts"
                         " WHERE _offset = " +
                         std::to_string(offset));
    };
    QCOMPARE(cell("extract(epoch FROM _time) * 1000", 0), std::string("1700000000123.000000"));
    QCOMPARE(cell("_key", 0), std::string("NULL"));
    QCOMPARE(cell("_headers", 0), std::string("NULL"));
    QCOMPARE(cell("_key", 1), std::string());
    QCOMPARE(cell("_key", 2), std::string("k\xc3\xa9y"));
    QCOMPARE(cell("_key", 3), std::string("NULL"));
    QCOMPARE(cell("_more -> '$millrace' ->> 'key'", 3), std::string("/wBr"));
    QCOMPARE(cell("_headers", 4),
             std::string(R"([["h", "1"], ["h", null], ["h", ""], ["bin", {"b64": "/wBr"}]])"));
    QCOMPARE(sql.value("SELECT string_agg(record_offset || ' ' || class, ', ' ORDER BY"
                       " record_offset) FROM millrace.dead_letter"),
             std::string("6 empty, 7 empty"));
    QCOMPARE(cell("id", 8), std::string("8"));
    QCOMPARE(cell("_value", 9), std::string(R"([1, {"a": null}])"));
    QCOMPARE(cell("_time", 10), std::string("NULL"));
    QCOMPARE(cell("_more -> '$millrace' ->> 'timestamp'", 10), std::string("9300000000000000"));
    QCOMPARE(sql.number("SELECT skipped FROM millrace.position"), 1);
}

void TstLane::onePoisonRecordIsOneLetter()
{
    Scene scene(m_stage, "poison");
    scene.createTopic();
    constexpr int poisoned = 4'321;
    for (int i = 0; i < 10'000; ++i)
        scene.producer().produce(
            {.topic = scene.topic(),
             .value = i == poisoned ? std::string(R"({"id":"\u0000"})") : numbered(i)});
    scene.producer().flush();
    scene.startWorker();
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT record_offset || ' ' || class || ' ' ||"
                               " encode(value, 'escape') FROM millrace.dead_letter"),
             std::string(R"(4321 unrepresentable_text {"id":"\\u0000"})"));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM poison"), 9'999);
}

void TstLane::garbageHaltsItsTopicOnly()
{
    Scene scene(m_stage, "garbage");
    scene.createTopic();
    scene.createTopic("_not");
    for (int i = 0; i < 2'500; ++i)
        scene.producer().produce({.topic = scene.topic(), .value = "<xml/>"});
    scene.producer().flush();
    WorkerProcess& worker = scene.startWorker();
    const std::string state = "SELECT state FROM millrace.topic WHERE topic = 'garbage'";
    const std::string dead = "SELECT dead FROM millrace.position WHERE topic = 'garbage'";
    QVERIFY2(scene.answers(state, "halted"), scene.logs().c_str());
    QCOMPARE(scene.sql().number(dead), 1'000);
    QCOMPARE(scene.events("topic_halted"), 1);
    fill(scene, "_not", 0, 100);
    QVERIFY2(scene.kept("_not"), scene.why());

    // halted is remembered
    QCOMPARE(worker.stop().code, 0);
    worker.startReady();
    fill(scene, "_not", 100, 100);
    QVERIFY2(scene.kept("_not"), scene.why());
    QCOMPARE(scene.sql().number(dead), 1'000);
    QCOMPARE(scene.sql().value(state), std::string("halted"));

    // a person may insist: the next thousand, then the rest, which is not enough to halt
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'garbage'");
    QVERIFY2(scene.answers(dead, "2000"), scene.logs().c_str());
    QVERIFY2(scene.answers(state, "halted"), scene.logs().c_str());
    scene.sql().run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'garbage'");
    QVERIFY2(scene.answers(dead, "2500"), scene.logs().c_str());
    QVERIFY2(scene.kept(), scene.why());
}

void TstLane::offsetsResetAtTheBrokerHaveNoEffect()
{
    Scene scene(m_stage, "reset");
    scene.createTopic();
    fill(scene, "", 0, 100);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    for (const std::int64_t offset : {0, 200}) {
        // a static member holds its place in the group for a session time-out
        QCOMPARE(worker.stop().code, 0);
        bool done = false;
        QVERIFY(waitUntil(20s, [&] {
            try {
                scene.admin().resetGroup("group-reset", scene.topic(), 0, offset);
                done = true;
            } catch (const std::exception&) {
                // the group still has its member
            }
            return done;
        }));
        fill(scene, "", 1'000, 50);
        worker.startReady();
        QVERIFY2(scene.kept(), scene.why());
        QCOMPARE(scene.alarms(), 0);
    }
}

MR_TEST(TstLane)

#include "tst_lane.moc"
