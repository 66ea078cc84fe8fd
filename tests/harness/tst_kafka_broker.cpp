// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/kafka_broker.h"
#include "tests/harness/test_producer.h"
#include "tests/harness/topic_reader.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;

class TstKafkaBroker : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_broker.start(); }
    void recordsSurviveKillAndRestart();
    void everyPartOfARecordArrives();
    void anAbortedTransactionIsNotRead();
    void topicsGrowShrinkAndComeBackEmpty();
    void everyCodecIsRead_data();
    void everyCodecIsRead();
    void saslAndTlsListenersLetTheRightOnesIn();
    void twoBrokersAreTwoClusters();

private:
    KafkaBroker m_broker;
};

void TstKafkaBroker::recordsSurviveKillAndRestart()
{
    m_broker.admin().createTopic("killed", 3);
    TestProducer producer(m_broker.brokers());
    for (int i = 0; i < 1000; ++i)
        producer.produce({.topic = "killed", .value = std::to_string(i)});
    producer.flush();
    m_broker.kill9();
    QVERIFY(!m_broker.process().running());
    m_broker.start();
    QCOMPARE(readTopic(m_broker.brokers(), "killed").size(), 1000U);
    producer.send({.topic = "killed", .value = "after"});
    m_broker.restart();
    QCOMPARE(readTopic(m_broker.brokers(), "killed").size(), 1001U);
}

void TstKafkaBroker::everyPartOfARecordArrives()
{
    m_broker.admin().createTopic("parts");
    TestProducer producer(m_broker.brokers());
    producer.produce({.topic = "parts",
                      .value = std::string("v\0w", 3),
                      .key = "k",
                      .timestampMs = 1234567890123,
                      .headers = {{"h", "1"}, {"h", std::nullopt}}});
    producer.produce({.topic = "parts"});
    producer.produce({.topic = "parts", .value = ""});
    producer.flush();
    const auto records = readTopic(m_broker.brokers(), "parts");
    QCOMPARE(records.size(), 3U);
    const ReadRecord& first = records.at({0, 0});
    QCOMPARE(*first.value, std::string("v\0w", 3));
    QCOMPARE(*first.key, std::string("k"));
    QCOMPARE(first.timestampMs, 1234567890123);
    QCOMPARE(first.headers.size(), 2U);
    QVERIFY(!first.headers[1].second);
    QVERIFY(!records.at({0, 1}).value);
    QVERIFY(!records.at({0, 1}).key);
    QCOMPARE(*records.at({0, 2}).value, std::string());
}

void TstKafkaBroker::anAbortedTransactionIsNotRead()
{
    m_broker.admin().createTopic("transactions");
    TestProducer producer(m_broker.brokers(), {{"transactional.id", "one"}});
    producer.begin();
    producer.produce({.topic = "transactions", .value = "aborted"});
    producer.abort();
    producer.begin();
    producer.produce({.topic = "transactions", .value = "committed"});
    producer.commit();
    const auto records = readTopic(m_broker.brokers(), "transactions");
    QCOMPARE(records.size(), 1U);
    // offset 0 is the aborted record, 1 the marker that ends it
    QCOMPARE(*records.at({0, 2}).value, std::string("committed"));
    QCOMPARE(m_broker.admin().watermarks("transactions", 0).high, 4);
}

void TstKafkaBroker::topicsGrowShrinkAndComeBackEmpty()
{
    KafkaAdmin& admin = m_broker.admin();
    admin.createTopic("changing", 2, {{"cleanup.policy", "compact,delete"}});
    TestProducer producer(m_broker.brokers());
    for (int i = 0; i < 10; ++i)
        producer.produce({.topic = "changing", .value = "v", .key = "k", .partition = 1});
    producer.flush();
    admin.addPartitions("changing", 5);
    QCOMPARE(admin.partitionCount("changing"), 5);
    admin.configureTopic("changing", {{"retention.ms", "3600000"}});
    admin.deleteRecords("changing", 1, 4);
    QCOMPARE(admin.watermarks("changing", 1).low, 4);
    QCOMPARE(admin.watermarks("changing", 1).high, 10);
    admin.deleteTopic("changing");
    QCOMPARE(admin.partitionCount("changing"), 0);
    admin.createTopic("changing", 1);
    QCOMPARE(admin.watermarks("changing", 0).high, 0);
}

void TstKafkaBroker::everyCodecIsRead_data()
{
    QTest::addColumn<QString>("codec");
    for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"})
        QTest::newRow(codec) << codec;
}

void TstKafkaBroker::everyCodecIsRead()
{
    QFETCH(QString, codec);
    const std::string topic = "codec-" + codec.toStdString();
    m_broker.admin().createTopic(topic);
    TestProducer producer(m_broker.brokers(), {{"compression.codec", codec.toStdString()}});
    for (int i = 0; i < 100; ++i)
        producer.produce({.topic = topic, .value = std::string(200, 'x')});
    producer.flush();
    QCOMPARE(readTopic(m_broker.brokers(), topic).size(), 100U);
}

void TstKafkaBroker::saslAndTlsListenersLetTheRightOnesIn()
{
    KafkaBroker guarded({.users = {{"alice", "secret"}}, .tls = true});
    guarded.start();
    guarded.admin().createTopic("t");
    std::vector<const char*> mechanisms{"PLAIN"};
    if (scramWorks())
        mechanisms.insert(mechanisms.end(), {"SCRAM-SHA-256", "SCRAM-SHA-512"});
    for (const char* mechanism : mechanisms) {
        TestProducer producer(guarded.saslBrokers(), {{"security.protocol", "SASL_PLAINTEXT"},
                                                      {"sasl.mechanism", mechanism},
                                                      {"sasl.username", "alice"},
                                                      {"sasl.password", "secret"}});
        producer.send({.topic = "t", .value = mechanism});
    }
    TestProducer producer(guarded.tlsBrokers(), {{"security.protocol", "SSL"},
                                                 {"ssl.ca.location", guarded.authorityFile()}});
    producer.send({.topic = "t", .value = "tls"});
    QCOMPARE(readTopic(guarded.brokers(), "t").size(), mechanisms.size() + 1);

    KafkaAdmin stranger({{"bootstrap.servers", guarded.saslBrokers()},
                         {"security.protocol", "SASL_PLAINTEXT"},
                         {"sasl.mechanism", "PLAIN"},
                         {"sasl.username", "alice"},
                         {"sasl.password", "wrong"}},
                        std::chrono::seconds(3));
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, (void)stranger.partitionCount("t"));
}

void TstKafkaBroker::twoBrokersAreTwoClusters()
{
    KafkaBroker other;
    other.start();
    QVERIFY(other.clusterId() != m_broker.clusterId());
    QVERIFY(other.brokers() != m_broker.brokers());
    other.admin().createTopic("elsewhere");
    QCOMPARE(m_broker.admin().partitionCount("elsewhere"), 0);
}

MR_TEST(TstKafkaBroker)
#include "tst_kafka_broker.moc"
