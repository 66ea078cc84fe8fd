// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_config.h"
#include "core/kafka/fetch_wake.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

#include <array>

using namespace millrace;

namespace {

constexpr std::size_t queueBytes = 4'000;

std::string valueOf(const rd_kafka_t* client, const char* name)
{
    std::array<char, 100> text{};
    std::size_t size = text.size();
    const auto got =
        rd_kafka_conf_get(rd_kafka_conf(const_cast<rd_kafka_t*>(client)), name, text.data(), &size);
    return got == RD_KAFKA_CONF_OK ? text.data() : "";
}

kafka::ClientHandle started(const kafka::ClientSettings& settings)
{
    auto conf = kafka::makeConf(settings, {}, {});
    return *kafka::startClient(*std::move(conf), kafka::ClientRole::Consumer);
}

} // namespace

class TstFetchWake : public QObject
{
    Q_OBJECT

private slots:
    void wakesAtEachQuarterOfTheQueue()
    {
        const bool isNeeded = rd_kafka_version() < 0x02020000;
        tests::MockCluster cluster;
        const kafka::ClientHandle client = started(cluster.client());
        kafka::FetchWake wake(cluster.client(), queueBytes);
        QVERIFY(!wake.taken(client.get(), 999));
        QCOMPARE(wake.taken(client.get(), 1), isNeeded);
        QVERIFY(!wake.taken(client.get(), 999));
        QCOMPARE(wake.taken(client.get(), 5'000), isNeeded);
    }

    void keepsTheLogin()
    {
        const kafka::ClientSettings settings{"127.0.0.1:9",
                                             "me",
                                             {{"security.protocol", "sasl_plaintext"},
                                              {"sasl.mechanism", "PLAIN"},
                                              {"sasl.username", "alice"},
                                              {"sasl.password", "secret"}}};
        const kafka::ClientHandle client = started(settings);
        kafka::FetchWake wake(settings, queueBytes);
        wake.taken(client.get(), queueBytes);
        QCOMPARE(valueOf(client.get(), "sasl.username"), std::string("alice"));
        QCOMPARE(valueOf(client.get(), "sasl.password"), std::string("secret"));
    }
};

MR_TEST(TstFetchWake)
#include "tst_fetch_wake.moc"
