// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

class TstDiscovery : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aNewTopicIsATableWithinTwoSeconds();
    void aNewPartitionIsReadWithinTwoSeconds();
    void columnsAppearWhileItRuns();
    void workersMeetTheSameNewTopicsAndKeys();

private:
    Stage m_stage;
};

namespace {

/// Milliseconds until the only record of a partition is a row; 10,000 when it does not become one.
long long landingMs(Scene& scene, const std::string& suffix, int partition)
{
    TestProducer producer(scene.stage().broker.brokers()); // that knows the new partition
    const auto began = std::chrono::steady_clock::now();
    producer.send({.topic = scene.topic(suffix), .value = R"({"id":1})", .partition = partition});
    const bool landed = waitUntil(10s, [&] {
        return scene.sql().value("SELECT rows FROM millrace.position WHERE topic = $1"
                                 " AND partition = $2 AND rows > 0",
                                 {scene.topic(suffix), std::to_string(partition)}) == "1";
    });
    const auto took = std::chrono::steady_clock::now() - began;
    return landed ? std::chrono::duration_cast<std::chrono::milliseconds>(took).count() : 10'000;
}

/// Asserts the promise of discovery and prints what was measured.
void checkTimes(std::vector<long long> times, const char* what)
{
    std::ranges::sort(times);
    qInfo("%s: median %lld ms, longest %lld ms", what, times[times.size() / 2], times.back());
    QVERIFY(times[times.size() / 2] <= 2'000);
    QVERIFY(times.back() <= 4'000);
}

} // namespace

void TstDiscovery::aNewTopicIsATableWithinTwoSeconds()
{
    Scene scene(m_stage, "fresh");
    scene.createTopic("0");
    scene.startWorker();
    QVERIFY2(landingMs(scene, "0", 0) < 10'000, scene.logs().c_str());
    std::vector<long long> times;
    for (int i = 1; i <= 9; ++i) {
        scene.createTopic(std::to_string(i));
        times.push_back(landingMs(scene, std::to_string(i), 0));
    }
    checkTimes(times, "a new topic is a row");
    QCOMPARE(scene.alarms(), 0);
}

void TstDiscovery::aNewPartitionIsReadWithinTwoSeconds()
{
    Scene scene(m_stage, "wider");
    scene.createTopic();
    scene.startWorker();
    QVERIFY2(landingMs(scene, "", 0) < 10'000, scene.logs().c_str());
    std::vector<long long> times;
    for (int partition = 1; partition <= 7; ++partition) {
        scene.admin().addPartitions(scene.topic(), partition + 1);
        times.push_back(landingMs(scene, "", partition));
    }
    checkTimes(times, "a new partition's record is a row");
    QCOMPARE(scene.alarms(), 0);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.gap"), 0);
}

void TstDiscovery::columnsAppearWhileItRuns()
{
    Scene scene(m_stage, "growing");
    scene.createTopic();
    scene.startWorker();
    const std::vector<std::string> steps{R"({"id":1})",
                                         R"({"id":2,"Name":"Ada"})",
                                         R"({"id":3,"address":{"city":"Ulm","zip":89073}})",
                                         R"({"id":4,"price":7})",
                                         R"({"id":5,"price":7.5})",
                                         R"({"id":6,"price":"n/a"})"};
    for (const std::string& step : steps) {
        scene.producer().send({.topic = scene.topic(), .value = step});
        QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    }
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().value("SELECT string_agg(column_name || ' ' || type, ', ' ORDER BY"
                               " column_name) FROM millrace.column_map"),
             std::string("address_city text, address_zip bigint, id bigint, name text,"
                         " price double precision, price__text text"));
    QCOMPARE(scene.sql().value("SELECT string_agg(change || '@' || record_offset, ' ' ORDER BY id)"
                               " FROM millrace.schema_change WHERE column_name IS NOT NULL"
                               " AND column_name <> 'id'"),
             std::string("add_column@1 add_column@2 add_column@2 add_column@3 widen_column@4"
                         " variant_column@5"));
    QCOMPARE(scene.sql().value("SELECT string_agg(concat_ws('/', id, name, address_city,"
                               " address_zip, price, price__text), ' ' ORDER BY id) FROM growing"),
             std::string("1 2/Ada 3/Ulm/89073 4/7 5/7.5 6/n/a"));
}

void TstDiscovery::workersMeetTheSameNewTopicsAndKeys()
{
    Scene scene(m_stage, "meeting");
    scene.createTopic("0", 4);
    scene.startWorker();
    scene.startWorker();
    constexpr int topics = 6;
    for (int t = 1; t < topics; ++t)
        scene.createTopic(std::to_string(t), 4);
    // every key is new to all partitions at the same moment, with types that disagree
    const std::vector<std::string> values{"1", "2.5", R"("text")", "true",
                                          R"("2024-01-02T03:04:05Z")"};
    for (int round = 0; round < 40; ++round) {
        for (int i = 0; i < topics * 4; ++i) {
            const std::string& value = values[static_cast<std::size_t>(round + i) % values.size()];
            scene.producer().produce({.topic = scene.topic(std::to_string(i / 4)),
                                      .value = "{\"k" + std::to_string(round) + "\":" + value + "}",
                                      .partition = i % 4});
        }
        scene.producer().flush();
    }
    for (int t = 0; t < topics; ++t)
        QVERIFY2(scene.kept(std::to_string(t)), scene.why());
    QCOMPARE(scene.sql().number("SELECT count(DISTINCT split_part(owner, '/', 2)) FROM"
                                " millrace.position"),
             2);
    QCOMPARE(scene.alarms(), 0);
    const std::string serverLog = readFile(m_stage.cluster.logFile());
    for (const char* mishap : {"deadlock detected", "duplicate key", "already exists"})
        QVERIFY2(serverLog.find(mishap) == std::string::npos, mishap);
}

MR_TEST(TstDiscovery)

#include "tst_discovery.moc"
