// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/worker.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstWorker : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_database = tests::controlDatabase(); }
    void aBeatKeepsWhenTheProcessStarted();
    void figuresAreBounded();
    void statusAddsUpLiveWorkers();
    void balanceIsSummedByTopic();

private:
    std::string m_database;
};

void TstWorker::aBeatKeepsWhenTheProcessStarted()
{
    auto session = tests::openSession(m_database);
    SqlClient client(m_database);
    QVERIFY(beat(session, {"w", "host", "1.0", "{}"}));
    const std::string started = client.value("SELECT started_at FROM millrace.worker");
    const std::string beaten = client.value("SELECT beat_at FROM millrace.worker");
    QVERIFY(beat(session, {"w", "host", "1.0", "{\"lanes\": 2}"}));
    QCOMPARE(client.value("SELECT started_at FROM millrace.worker"), started);
    QVERIFY(client.value("SELECT beat_at FROM millrace.worker") != beaten);
    QCOMPARE(client.value("SELECT figures FROM millrace.worker"), "{\"lanes\": 2}"s);
    client.run("UPDATE millrace.worker SET process = -1");
    QVERIFY(beat(session, {"w", "host", "1.0", "{}"}));
    QVERIFY(client.value("SELECT started_at FROM millrace.worker") != started);
    QVERIFY(endWorker(session, "w"));
    QCOMPARE(client.number("SELECT count(*) FROM millrace.worker"), 0);
}

void TstWorker::figuresAreBounded()
{
    auto session = tests::openSession(m_database);
    const std::string fits = "{\"a\":\"" + std::string((16u << 10) - 8, 'x') + "\"}";
    QCOMPARE(fits.size(), std::size_t{16u << 10});
    QVERIFY(beat(session, {"w", "h", "1", fits}));
    QCOMPARE(beat(session, {"w", "h", "1", fits + " "}).error().code, Code::InvalidInput);
}

void TstWorker::statusAddsUpLiveWorkers()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    tests::makeTopic(session, "quiet", 1);
    const auto figures = [](double rate, int lag, double lagSeconds) {
        return R"({"topics":{"orders":)" + std::to_string(rate) +
               R"(},"partitions":[{"topic":"orders","partition":0,"lag":)" + std::to_string(lag) +
               R"(,"lag_seconds":)" + std::to_string(lagSeconds) +
               R"(},{"topic":"orders","partition":1,"lag_seconds":0}]})";
    };
    QVERIFY(beat(session, {"a", "h", "1", figures(10.5, 3, 0.5)}));
    QVERIFY(beat(session, {"b", "h", "1", figures(2, 4, 1.5)}));
    QVERIFY(beat(session, {"dead", "h", "1", figures(1'000, 1'000, 1'000)}));
    QVERIFY(beat(session, {"odd", "h", "1", R"({"topics": 5, "partitions": {}})"}));
    SqlClient client(m_database);
    client.run("UPDATE millrace.worker SET beat_at = now() - interval '11 s' "
               "WHERE instance = 'dead'");
    QCOMPARE(client.value("SELECT string_agg(concat_ws(' ', topic, rows_per_s, lag, lag_s), ';' "
                          "ORDER BY topic) FROM millrace.topic_status"),
             "orders 12.5 7 1.5;quiet"s);
}

void TstWorker::balanceIsSummedByTopic()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2, 10);
    const std::vector<std::string> fresh{"fresh"};
    QVERIFY(insertTopics(session, fresh));
    auto held = *takeOver(session, tests::keysOf("orders", 2), "x", 1'000);
    held[0].nextOffset = Offset(15);
    held[0].rows = 3;
    held[0].dead = 2;
    held[1].nextOffset = Offset(11);
    held[1].skipped = 1;
    QVERIFY(session.execute(updatePositionsSql(held)));
    const auto balances = loadBalance(session);
    QVERIFY(balances);
    QCOMPARE(balances->size(), std::size_t{2});
    QCOMPARE((*balances)[0].topic, "fresh"s);
    QVERIFY((*balances)[0].balanced);
    const TopicBalance& orders = (*balances)[1];
    QCOMPARE(orders.served, std::int64_t{6});
    QCOMPARE(orders.rows, std::int64_t{3});
    QCOMPARE(orders.dead, std::int64_t{2});
    QCOMPARE(orders.skipped, std::int64_t{1});
    QCOMPARE(orders.state, "running"s);
    QVERIFY(orders.balanced);
    held[1].rows = 1;
    QVERIFY(session.execute(updatePositionsSql(held)));
    QVERIFY(!(*loadBalance(session))[1].balanced);
}

MR_TEST(TstWorker)
#include "tst_worker.moc"
