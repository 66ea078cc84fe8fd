// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/cluster.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using kafka::Cluster;
using kafka::ProbeOutcome;
using kafka::TopicPartition;
using tests::fill;
using tests::MockCluster;

namespace {

constexpr std::chrono::seconds patience{10};

Cluster opened(const MockCluster& mock)
{
    auto cluster = Cluster::open(mock.client());
    if (!cluster)
        qFatal("%s", describe(cluster.error()).c_str());
    return std::move(*cluster);
}

} // namespace

class TstCluster : public QObject
{
    Q_OBJECT

private slots:
    void describesTopicsByName()
    {
        MockCluster mock;
        mock.createTopic("b", 3);
        mock.createTopic("a", 1);
        Cluster cluster = opened(mock);
        const auto info = cluster.describe(patience);
        QVERIFY(info);
        QVERIFY(!info->clusterId.empty());
        QCOMPARE(info->topics.size(), std::size_t{2});
        QCOMPARE(info->topics[0].name, std::string("a"));
        QCOMPARE(info->topics[1].partitions, 3);
        QVERIFY(info->topics[1].error.empty());
        const auto again = cluster.describe(patience);
        QVERIFY(again);
        QCOMPARE(again->clusterId, info->clusterId);
    }

    void readsOneRecordWhereverItStands()
    {
        MockCluster mock;
        mock.createTopic("t", 2);
        const TopicPartition where{"t", PartitionId(1)};
        fill(mock.brokers(), where, 10);
        Cluster cluster = opened(mock);
        for (const std::int64_t offset : {0, 9, 4}) {
            const auto batch = cluster.read(where, Offset(offset), patience);
            QVERIFY(batch && *batch != nullptr);
            const record::Message& message = (*batch)->messages.front();
            QCOMPARE(tests::textOf(**batch, message),
                     "t[1]@" + std::to_string(offset) + "=v" + std::to_string(offset));
            const auto probe = cluster.probe(where, Offset(offset), patience);
            QVERIFY(probe);
            QCOMPARE(probe->outcome, ProbeOutcome::Found);
            QCOMPARE(probe->record.offset, Offset(offset));
            QCOMPARE(probe->record.fingerprint, record::fingerprint(message));
        }
    }

    void tellsTheEndFromOutside()
    {
        MockCluster mock;
        mock.createTopic("t", 1);
        const TopicPartition where{"t", PartitionId(0)};
        fill(mock.brokers(), where, 5);
        Cluster cluster = opened(mock);
        const auto end = cluster.probe(where, Offset(5), patience);
        QVERIFY(end);
        QCOMPARE(end->outcome, ProbeOutcome::EndOfPartition);
        const auto outside = cluster.probe(where, Offset(77), patience);
        QVERIFY(outside);
        QCOMPARE(outside->outcome, ProbeOutcome::OutOfRange);
        const auto found = cluster.probe(where, Offset(2), patience);
        QVERIFY(found);
        QCOMPARE(found->outcome, ProbeOutcome::Found);
        const auto nothing = cluster.read(where, Offset(5), patience);
        QVERIFY(nothing && *nothing == nullptr);
    }

    void seesWhatWasProducedSince()
    {
        MockCluster mock;
        mock.createTopic("t", 1);
        const TopicPartition where{"t", PartitionId(0)};
        fill(mock.brokers(), where, 1);
        Cluster cluster = opened(mock);
        QCOMPARE(cluster.probe(where, Offset(1), patience)->outcome, ProbeOutcome::EndOfPartition);
        fill(mock.brokers(), where, 1);
        QCOMPARE(cluster.probe(where, Offset(1), patience)->outcome, ProbeOutcome::Found);
        const auto marks = cluster.watermarks(where, patience);
        QVERIFY(marks);
        QCOMPARE(marks->low, Offset(0));
        QCOMPARE(marks->high, Offset(2));
    }

    void aClusterThatIsAwayIsRetriedLater()
    {
        kafka::ClientSettings settings{"127.0.0.1:1", "t", {{"log_level", "2"}}};
        auto cluster = Cluster::open(settings);
        QVERIFY(cluster);
        QElapsedTimer timer;
        timer.start();
        const auto info = cluster->describe(std::chrono::milliseconds(300));
        QVERIFY(!info);
        QCOMPARE(info.error().code, Code::Retry);
        QCOMPARE(info.error().scope, Scope::Connection);
        const auto probe =
            cluster->probe({"t", PartitionId(0)}, Offset(0), std::chrono::milliseconds(300));
        QVERIFY(!probe);
        QVERIFY2(timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed())));
    }

    void aTopicThatIsNotThereIsNotFound()
    {
        MockCluster mock;
        mock.createTopic("t", 1);
        Cluster cluster = opened(mock);
        const auto marks =
            cluster.watermarks({"t", PartitionId(9)}, std::chrono::milliseconds(2'000));
        QVERIFY(!marks);
        QVERIFY(marks.error().code == Code::NotFound || marks.error().code == Code::Retry);
    }
};

MR_TEST(TstCluster)
#include "tst_cluster.moc"
