// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_config.h"
#include "core/kafka/client_settings.h"
#include "core/kafka/property_rules.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <set>
#include <sstream>

using namespace millrace;

namespace {

/// Every property the installed library documents, the pseudo "C/P" legends left out.
std::set<std::string> documentedNames()
{
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* file = open_memstream(&text, &size);
    rd_kafka_conf_properties_show(file);
    std::fclose(file);
    std::istringstream lines(std::string(text, size));
    std::free(text); // NOLINT: open_memstream's own
    std::set<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        const std::string name = line.substr(0, line.find(' '));
        if (line.find('|') != std::string::npos && name != "Property" && !name.empty() &&
            name.find("--") == std::string::npos)
            names.insert(name);
    }
    return names;
}

/// Every property that has a value now, hidden ones too.
std::set<std::string> dumpedNames()
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::size_t count = 0;
    const char** pairs = rd_kafka_conf_dump(conf, &count);
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; i += 2)
        names.insert(pairs[i]);
    rd_kafka_conf_dump_free(pairs, count);
    rd_kafka_conf_destroy(conf);
    return names;
}

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
    void everyPropertyOfTheLibraryHasARule()
    {
        std::set<std::string> names = documentedNames();
        names.merge(dumpedNames());
        QVERIFY2(names.size() > 120, qPrintable(QString::number(names.size())));
        for (const std::string& name : names) {
            const auto rule = kafka::ruleOf(name);
            QVERIFY2(rule.has_value(), name.c_str());
            QCOMPARE(kafka::checkProperty(name).has_value(), *rule == kafka::PropertyRule::Allowed);
            QVERIFY(*rule == kafka::PropertyRule::Allowed || !kafka::reasonOf(*rule).empty());
        }
    }

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
        const kafka::ClientSettings settings{
            "localhost:1", "t", {{"ssl.key.pem", "canary-in-a-key"}}};
        const auto conf = kafka::makeConf(settings, {}, {});
        if (!conf)
            QVERIFY(conf.error().what.find("canary") == std::string::npos);
    }

    void aValueOutOfRangeIsTheUsersToMend()
    {
        const kafka::ClientSettings settings{
            "localhost:1", "t", {{"socket.timeout.ms", "yesterday"}}};
        const auto conf = kafka::makeConf(settings, {}, {});
        QVERIFY(!conf);
        QCOMPARE(conf.error().code, Code::InvalidInput);
        QCOMPARE(conf.error().origin, std::string("socket.timeout.ms"));
    }
};

MR_TEST(TstClientSettings)
#include "tst_client_settings.moc"
