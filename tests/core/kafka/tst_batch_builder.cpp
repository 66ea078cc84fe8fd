// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/batch_builder.h"
#include "core/kafka/client_config.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

using namespace millrace;

namespace {

/// Plain reads of one partition, in order.
std::vector<rd_kafka_message_t*> readAll(rd_kafka_t* client, const char* topic, int count)
{
    const kafka::TopicHandle handle(rd_kafka_topic_new(client, topic, nullptr));
    rd_kafka_consume_start(handle.get(), 0, 0);
    std::vector<rd_kafka_message_t*> messages;
    static_cast<void>(harness::waitUntil(std::chrono::seconds(20), [&] {
        rd_kafka_message_t* message = rd_kafka_consume(handle.get(), 0, 50);
        if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            messages.push_back(message);
        else if (message != nullptr)
            rd_kafka_message_destroy(message);
        return static_cast<int>(messages.size()) == count;
    }));
    rd_kafka_consume_stop(handle.get(), 0);
    return messages;
}

std::shared_ptr<rd_kafka_s> startedConsumer(const tests::MockCluster& cluster)
{
    auto conf = kafka::makeConf(cluster.client(), {}, {});
    auto client = kafka::startClient(*std::move(conf), kafka::ClientRole::Consumer);
    return {client->release(), kafka::DestroyClient{}};
}

} // namespace

class TstBatchBuilder : public QObject
{
    Q_OBJECT

private slots:
    void ordersRunsAndKeepsTheOrderWithin()
    {
        tests::MockCluster cluster;
        cluster.createTopic("a", 1);
        cluster.createTopic("b", 1);
        tests::fill(cluster.brokers(), {"a", PartitionId(0)}, 3);
        tests::fill(cluster.brokers(), {"b", PartitionId(0)}, 4, "longer");
        std::shared_ptr<rd_kafka_s> client = startedConsumer(cluster);
        const auto fromA = readAll(client.get(), "a", 3);
        const auto fromB = readAll(client.get(), "b", 4);
        QCOMPARE(fromA.size() + fromB.size(), std::size_t{7});
        kafka::BatchBuilder builder(std::move(client));
        const auto add = [&](const char* topic, std::initializer_list<rd_kafka_message_t*> list) {
            builder.beginRun(topic, PartitionId(0));
            for (rd_kafka_message_t* message : list)
                builder.add(message);
        };
        add("b", {fromB[0], fromB[1]});
        add("a", {fromA[0]});
        add("a", {});
        add("b", {fromB[2], fromB[3]});
        add("a", {fromA[1], fromA[2]});
        QCOMPARE(builder.size(), std::size_t{7});
        const record::Batch batch = builder.finish();
        std::string seen;
        for (const record::Message& message : batch.messages)
            seen += tests::textOf(batch, message) + " ";
        QCOMPARE(seen, std::string("a[0]@0=v0 a[0]@1=v1 a[0]@2=v2 b[0]@0=longer0 b[0]@1=longer1 "
                                   "b[0]@2=longer2 b[0]@3=longer3 "));
        QCOMPARE(batch.topics, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(batch.bytes, std::size_t{3 * 2 + 4 * 7});
    }

    void nothingMakesAnEmptyBatch()
    {
        tests::MockCluster cluster;
        kafka::BatchBuilder builder(startedConsumer(cluster));
        const record::Batch batch = builder.finish();
        QVERIFY(batch.messages.empty() && batch.topics.empty());
        QCOMPARE(batch.bytes, std::size_t{0});
    }
};

MR_TEST(TstBatchBuilder)
#include "tst_batch_builder.moc"
