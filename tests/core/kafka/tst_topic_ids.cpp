// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_config.h"
#include "core/kafka/topic_ids.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

using namespace millrace;

class TstTopicIds : public QObject
{
    Q_OBJECT

private slots:
    void fillsIdsOnlyWhereTheyAreKnown()
    {
        tests::MockCluster cluster;
        cluster.createTopic("a", 1);
        auto conf = kafka::makeConf(cluster.client(), {}, {});
        const auto client = kafka::startClient(*std::move(conf), kafka::ClientRole::Consumer);
        QVERIFY(client);
        std::vector<kafka::TopicInfo> topics(2);
        topics[0].name = "a";
        topics[1].name = "nowhere";
        QElapsedTimer timer;
        timer.start();
        kafka::fillTopicIds(client->get(), topics, std::chrono::seconds(2));
        QVERIFY(timer.elapsed() < 4'000);
        constexpr int firstWithIds = 0x02030000;
        if (rd_kafka_version() < firstWithIds)
            QVERIFY(topics[0].topicId.empty());
        QVERIFY(topics[1].topicId.empty());
        QCOMPARE(topics[0].name, std::string("a"));
    }
};

MR_TEST(TstTopicIds)
#include "tst_topic_ids.moc"
