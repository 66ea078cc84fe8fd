// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/fault_proxy.h"
#include "tests/harness/kafka_broker.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/test_producer.h"
#include "tests/harness/topic_reader.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(millrace::harness::Cut)

class TstFaultProxy : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void commitIsCut_data();
    void commitIsCut();
    void onlyTheNthCommitIsCut();
    void aCutCanFallBehindAnyMessage_data();
    void aCutCanFallBehindAnyMessage();
    void silentConnectionsStayOpen();
    void delayAndRefusal();
    void kafkaGoesThroughToo();

private:
    [[nodiscard]] std::string throughProxy() const;

    PostgresCluster m_cluster;
    FaultProxy m_proxy;
    std::string m_direct;
};

void TstFaultProxy::initTestCase()
{
    m_cluster.start();
    m_direct = m_cluster.createDatabase("proxied");
    SqlClient(m_direct).run("CREATE TABLE kept (n int)");
    m_proxy.forwardTo(m_cluster.address(), m_cluster.port());
}

std::string TstFaultProxy::throughProxy() const
{
    return "host=" + m_proxy.address() + " port=" + std::to_string(m_proxy.port()) +
           " user=postgres dbname=proxied";
}

void TstFaultProxy::commitIsCut_data()
{
    QTest::addColumn<Cut>("cut");
    QTest::addColumn<bool>("extended");
    QTest::addColumn<int>("committed");
    for (const bool extended : {false, true}) {
        const QByteArray how = extended ? " extended" : " simple";
        QTest::newRow("swallowed" + how) << Cut::CommitSwallowed << extended << 0;
        QTest::newRow("forwarded" + how) << Cut::CommitForwarded << extended << 1;
        QTest::newRow("executed" + how) << Cut::CommitExecuted << extended << 1;
        QTest::newRow("half a reply" + how) << Cut::CommitReplyHalf << extended << 1;
    }
}

void TstFaultProxy::commitIsCut()
{
    QFETCH(Cut, cut);
    QFETCH(bool, extended);
    QFETCH(int, committed);
    SqlClient direct(m_direct);
    direct.run("TRUNCATE kept");
    SqlClient client(throughProxy());
    client.run("BEGIN; INSERT INTO kept VALUES (1)");
    const int cutsBefore = m_proxy.cuts();
    m_proxy.armCut(cut);
    if (extended)
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, (void)client.rows("COMMIT"));
    else
        QCOMPARE(client.refusal("COMMIT"), std::string("08006"));
    QCOMPARE(m_proxy.cuts(), cutsBefore + 1);
    // a backend that has not noticed yet still holds its row
    QVERIFY(waitUntil(5s, [&] {
        return direct.number("SELECT count(*) FROM pg_stat_activity WHERE datname = 'proxied'") ==
               1;
    }));
    QCOMPARE(direct.number("SELECT count(*) FROM kept"), committed);
}

void TstFaultProxy::onlyTheNthCommitIsCut()
{
    SqlClient direct(m_direct);
    direct.run("TRUNCATE kept");
    SqlClient client(throughProxy());
    m_proxy.armCut(Cut::CommitExecuted, 3);
    for (int i = 1; i <= 3; ++i) {
        client.run("BEGIN; INSERT INTO kept VALUES (1)");
        QCOMPARE(client.refusal("COMMIT"), std::string(i == 3 ? "08006" : ""));
    }
    QCOMPARE(direct.number("SELECT count(*) FROM kept"), 3);
}

void TstFaultProxy::aCutCanFallBehindAnyMessage_data()
{
    QTest::addColumn<Cut>("cut");
    QTest::addColumn<int>("nth");
    for (int nth = 1; nth <= 3; ++nth) {
        QTest::addRow("client message %d", nth) << Cut::ClientMessage << nth;
        QTest::addRow("server message %d", nth) << Cut::ServerMessage << nth;
    }
}

void TstFaultProxy::aCutCanFallBehindAnyMessage()
{
    QFETCH(Cut, cut);
    QFETCH(int, nth);
    SqlClient client(throughProxy());
    m_proxy.armCut(cut, nth);
    int answered = 0;
    while (client.refusal("SELECT 1").empty())
        ++answered;
    // an answer is four messages: row description, row, command complete, ready
    QCOMPARE(answered, cut == Cut::ClientMessage ? nth - 1 : 0);
}

void TstFaultProxy::silentConnectionsStayOpen()
{
    SqlClient lost(throughProxy());
    lost.run("BEGIN; INSERT INTO kept VALUES (7)");
    m_proxy.armCut(Cut::CommitReplyLost);
    lost.send("COMMIT");
    SqlClient direct(m_direct);
    QVERIFY(
        waitUntil(5s, [&] { return direct.number("SELECT count(*) FROM kept WHERE n = 7") == 1; }));
    QVERIFY(lost.connected());
    QVERIFY(lost.busy());

    SqlClient open(throughProxy());
    const int swallowedBefore = m_proxy.swallowed();
    m_proxy.setMode(ProxyMode::HalfOpen);
    open.send("INSERT INTO kept VALUES (8)");
    QVERIFY(waitUntil(5s, [&] { return m_proxy.swallowed() > swallowedBefore; }));
    m_proxy.setMode(ProxyMode::Pass);
    SqlClient(throughProxy()).run("INSERT INTO kept VALUES (9)");
    QVERIFY(open.busy());
    QCOMPARE(direct.number("SELECT count(*) FROM kept WHERE n = 8"), 0);
    m_proxy.cutAll();
    QVERIFY(waitUntil(5s, [&] { return !open.connected(); }));
}

void TstFaultProxy::delayAndRefusal()
{
    SqlClient client(throughProxy());
    m_proxy.setDelay(100ms);
    QElapsedTimer timer;
    timer.start();
    client.run("SELECT 1");
    QVERIFY(timer.elapsed() >= 200);
    m_proxy.setDelay(0ms);
    m_proxy.setMode(ProxyMode::Refuse);
    QCOMPARE(client.refusal("SELECT 1"), std::string("08006"));
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, SqlClient{throughProxy()});
    m_proxy.setMode(ProxyMode::Pass);
    QCOMPARE(SqlClient(throughProxy()).refusal("SELECT 1"), std::string());
}

void TstFaultProxy::kafkaGoesThroughToo()
{
    FaultProxy proxy;
    KafkaBroker broker({.proxy = proxy.endpoint()});
    broker.start();
    proxy.forwardTo(broker.address(), broker.proxiedPort());
    broker.admin().createTopic("t");
    TestProducer producer(broker.proxied(), {{"reconnect.backoff.max.ms", "100"}});
    producer.send({.topic = "t", .value = "1"});
    proxy.cutAll();
    producer.send({.topic = "t", .value = "2"});
    QCOMPARE(readTopic(broker.proxied(), "t").size(), 2U);
}

MR_TEST(TstFaultProxy)
#include "tst_fault_proxy.moc"
