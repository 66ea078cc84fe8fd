// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/group_watch.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstGroupWatch : public QObject
{
    Q_OBJECT

private slots:
    void findsWhatNobodyHas();
    void saysNothingDuringARebalance();
    void topicsThatAreNotOursDoNotCount();
};

namespace {

control::TopicRow row(const std::string& topic)
{
    control::TopicRow made;
    made.topic = topic;
    return made;
}

ClusterView cluster()
{
    ClusterView view;
    view.topics["orders"].partitions = 2;
    view.topics["others"].partitions = 3;
    return view;
}

const kafka::TopicPartition first{"orders", PartitionId(0)};
const kafka::TopicPartition second{"orders", PartitionId(1)};

} // namespace

void TstGroupWatch::findsWhatNobodyHas()
{
    kafka::GroupView group{true, {}, {first}};
    QCOMPARE(unassignedOf({row("orders")}, cluster(), group), std::set{second});
    group.assigned.insert(second);
    QVERIFY(unassignedOf({row("orders")}, cluster(), group).empty());
}

void TstGroupWatch::saysNothingDuringARebalance()
{
    QVERIFY(unassignedOf({row("orders")}, cluster(), {false, {}, {first}}).empty());
}

void TstGroupWatch::topicsThatAreNotOursDoNotCount()
{
    const kafka::GroupView group{true, {}, {first, second}};
    QVERIFY(unassignedOf({row("orders"), row("gone")}, cluster(), group).empty());
    QCOMPARE(unassignedOf({row("others")}, cluster(), group).size(), std::size_t{3});
}

MR_TEST(TstGroupWatch)
#include "tst_group_watch.moc"
