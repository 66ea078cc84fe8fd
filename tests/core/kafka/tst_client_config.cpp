// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_config.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

#include <array>

using namespace millrace;

namespace {

std::string valueOf(const kafka::ConfHandle& conf, const char* name)
{
    std::array<char, 128> value{};
    std::size_t size = value.size();
    rd_kafka_conf_get(conf.get(), name, value.data(), &size);
    return value.data();
}

} // namespace

class TstClientConfig : public QObject
{
    Q_OBJECT

private slots:
    void defaultsYieldToTheUserAndFixedOnesDoNot()
    {
        const kafka::ClientSettings settings{
            "kafka:9092", "me", {{"fetch.wait.max.ms", "7"}, {"fetch.max.bytes", "1000000"}}};
        const auto conf = kafka::makeConf(
            settings, {{"fetch.wait.max.ms", "100"}, {"fetch.error.backoff.ms", "50"}},
            {{"isolation.level", "read_committed"}, {"fetch.max.bytes", "2000000"}});
        QVERIFY(conf);
        QCOMPARE(valueOf(*conf, "fetch.wait.max.ms"), std::string("7"));
        QCOMPARE(valueOf(*conf, "fetch.error.backoff.ms"), std::string("50"));
        QCOMPARE(valueOf(*conf, "fetch.max.bytes"), std::string("2000000"));
        QCOMPARE(valueOf(*conf, "bootstrap.servers"), std::string("kafka:9092"));
        QCOMPARE(valueOf(*conf, "client.id"), std::string("me"));
    }

    void whatTheLibraryDoesNotKnowIsLeftOutOnlyWhereSaid()
    {
        const kafka::ClientSettings settings{"kafka:9092", "me", {}};
        QVERIFY(
            kafka::makeConf(settings, {{"of.tomorrow.ms", "1", kafka::Presence::WhereKnown}}, {}));
        const auto required = kafka::makeConf(settings, {}, {{"of.tomorrow.ms", "1"}});
        QVERIFY(!required);
        QCOMPARE(required.error().code, Code::Unsupported);
    }

    void refusesWhatAUserMayNotSet()
    {
        const auto conf =
            kafka::makeConf({"kafka:9092", "me", {{"plugin.library.paths", "/tmp/x.so"}}}, {}, {});
        QVERIFY(!conf);
        QCOMPARE(conf.error().code, Code::InvalidInput);
    }

    void neverRepeatsASecret()
    {
        const auto conf =
            kafka::makeConf({"kafka:9092", "me", {{"ssl.key.pem", "canary-in-a-key"}}}, {}, {});
        if (!conf) {
            QVERIFY(conf.error().what.find("canary") == std::string::npos);
            return;
        }
        auto copy = kafka::ConfHandle(rd_kafka_conf_dup(conf->get()));
        rd_kafka_conf_set(copy.get(), "security.protocol", "ssl", nullptr, 0);
        const auto client = kafka::startClient(std::move(copy), kafka::ClientRole::Consumer);
        QVERIFY(!client);
        QVERIFY(client.error().what.find("canary") == std::string::npos);
    }

    void aValueOutOfRangeIsTheUsersToMend()
    {
        const auto conf =
            kafka::makeConf({"kafka:9092", "me", {{"socket.timeout.ms", "yesterday"}}}, {}, {});
        QVERIFY(!conf);
        QCOMPARE(conf.error().code, Code::InvalidInput);
        QCOMPARE(conf.error().origin, std::string("socket.timeout.ms"));
    }

    void aLineIsSaidOnceInAWhile()
    {
        QVERIFY(!kafka::isRepeatedLog("one kind"));
        QVERIFY(kafka::isRepeatedLog("one kind"));
        QVERIFY(!kafka::isRepeatedLog("another kind"));
    }
};

MR_TEST(TstClientConfig)
#include "tst_client_config.moc"
