// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/consumer_state.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::kafka;

class TstConsumerState : public QObject
{
    Q_OBJECT

private slots:
    void onlyARunningPartitionDelivers()
    {
        QVERIFY(HeldPartition{}.delivers());
        QVERIFY(!HeldPartition{.isPaused = true}.delivers());
        QVERIFY(!HeldPartition{.isDamaged = true}.delivers());
        QVERIFY(!HeldPartition{.isLeaving = true}.delivers());
    }

    void partitionsAreFoundByTheirNameAlone()
    {
        std::map<TopicPartition, int, TopicPartitionLess> held;
        held[{"b", PartitionId(1)}] = 1;
        held[{"a", PartitionId(2)}] = 2;
        held[{"a", PartitionId(10)}] = 3;
        const auto found = held.find(TopicPartitionLess::Key{"a", 10});
        QVERIFY(found != held.end());
        QCOMPARE(found->second, 3);
        QVERIFY(held.find(TopicPartitionLess::Key{"a", 1}) == held.end());
        QCOMPARE(held.begin()->second, 2);
        QCOMPARE(held.rbegin()->second, 1);
    }
};

MR_TEST(TstConsumerState)
#include "tst_consumer_state.moc"
