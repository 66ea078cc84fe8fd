// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_settings.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

using namespace millrace;

namespace {

bool libraryKnows(const std::string& name)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char reason[256];
    const auto outcome = rd_kafka_conf_set(conf, name.c_str(), "?", reason, sizeof reason);
    rd_kafka_conf_destroy(conf);
    return outcome != RD_KAFKA_CONF_UNKNOWN;
}

} // namespace

class TstClientSettings : public QObject
{
    Q_OBJECT

private slots:
    void refusesWhatExactlyOnceRestsOn_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        QTest::newRow("auto commit") << "enable.auto.commit"
                                     << "exactly-once";
        QTest::newRow("reset") << "auto.offset.reset"
                               << "exactly-once";
        QTest::newRow("isolation") << "isolation.level"
                                   << "exactly-once";
        QTest::newRow("crc") << "check.crcs"
                             << "exactly-once";
        QTest::newRow("eof") << "enable.partition.eof"
                             << "exactly-once";
        QTest::newRow("assignor") << "partition.assignment.strategy"
                                  << "share partitions";
        QTest::newRow("group") << "group.id"
                               << "--group";
        QTest::newRow("brokers") << "bootstrap.servers"
                                 << "--brokers";
        QTest::newRow("plugins") << "plugin.library.paths"
                                 << "loads a library";
        QTest::newRow("engine") << "ssl.engine.location"
                                << "loads a library";
        QTest::newRow("providers") << "ssl.providers"
                                   << "loads a library";
        QTest::newRow("kinit") << "sasl.kerberos.kinit.cmd"
                               << "runs a program";
        QTest::newRow("keytab") << "sasl.kerberos.keytab"
                                << "runs a program";
        QTest::newRow("oauth url") << "sasl.oauthbearer.token.endpoint.url"
                                   << "tokens";
        QTest::newRow("oauth config") << "sasl.oauthbearer.config"
                                      << "tokens";
        QTest::newRow("a family grows") << "sasl.oauthbearer.of.tomorrow"
                                        << "tokens";
        QTest::newRow("memory") << "queued.max.messages.kbytes"
                                << "memory";
        QTest::newRow("mock") << "test.mock.num.brokers"
                              << "imitation";
        QTest::newRow("callback") << "rebalance_cb"
                                  << "hook";
        QTest::newRow("producer") << "compression.codec"
                                  << "producers";
    }
    void refusesWhatExactlyOnceRestsOn()
    {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        const auto checked = kafka::checkProperty(name.toStdString());
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, Code::InvalidInput);
        QVERIFY2(QString::fromStdString(checked.error().what).contains(reason),
                 checked.error().what.c_str());
    }

    void allowsWhatAConnectionNeeds_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"security.protocol", "sasl.mechanism", "sasl.username", "sasl.password",
              "ssl.ca.location", "ssl.endpoint.identification.algorithm",
              "enable.ssl.certificate.verification", "client.dns.lookup", "socket.timeout.ms",
              "metadata.max.age.ms", "fetch.max.bytes", "debug"})
            QTest::newRow(name) << name;
    }
    void allowsWhatAConnectionNeeds()
    {
        QFETCH(QString, name);
        QVERIFY(kafka::checkProperty(name.toStdString()));
        QVERIFY(libraryKnows(name.toStdString()) || name == "client.dns.lookup"); // since 2.2
    }

    void namesTheNearestForATypingError()
    {
        const auto checked = kafka::checkProperty("sasl.usernam");
        QVERIFY(!checked);
        QVERIFY2(checked.error().what.find("'sasl.username'") != std::string::npos,
                 checked.error().what.c_str());
        const auto strange = kafka::checkProperty("fetch\n\x1b[2J");
        QVERIFY(!strange);
        QCOMPARE(strange.error().what.find('\n'), std::string::npos);
    }

    void takesOnlyMechanismsItStandsFor()
    {
        QVERIFY(kafka::checkProperty("sasl.mechanism", "SCRAM-SHA-512"));
        QVERIFY(kafka::checkProperty("sasl.mechanisms", "PLAIN"));
        QVERIFY(!kafka::checkProperty("sasl.mechanism", "GSSAPI"));
        QVERIFY(!kafka::checkProperty("sasl.mechanisms", "OAUTHBEARER"));
    }

    void saslNeedsItsPartners()
    {
        kafka::ClientSettings settings{"localhost:1", "t", {{"security.protocol", "SASL_SSL"}}};
        QVERIFY(!kafka::checkTogether(settings));
        settings.properties.insert(
            settings.properties.end(),
            {{"sasl.mechanism", "PLAIN"}, {"sasl.username", "u"}, {"sasl.password", "p"}});
        QVERIFY(kafka::checkTogether(settings));
    }

    void neverRepeatsASecret()
    {
        QVERIFY(kafka::isSecretProperty("sasl.password"));
        QVERIFY(kafka::isSecretProperty("ssl.key.password"));
        QVERIFY(!kafka::isSecretProperty("security.protocol"));
    }
};

MR_TEST(TstClientSettings)
#include "tst_client_settings.moc"
