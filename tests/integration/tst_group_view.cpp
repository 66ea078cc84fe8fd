// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/cluster.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// What the coordinator of a real broker tells of a group.
class TstGroupView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void tellsMembersAndTheirPartitions();
    void aGroupThatIsNotThereHasNobody();

private:
    Stage m_stage;
};

void TstGroupView::tellsMembersAndTheirPartitions()
{
    auto cluster = kafka::Cluster::open({m_stage.broker.brokers(), "test", {}});
    QVERIFY(cluster);
    Scene scene(m_stage, "viewed");
    scene.createTopic("", 3);
    WorkerOptions options = scene.workerOptions();
    options.arguments.insert(options.arguments.end(), {"--lanes", "2"});
    scene.addWorker(options).startReady();
    Result<kafka::GroupView> group = kafka::GroupView{};
    QVERIFY2(waitUntil(30s,
                       [&] {
                           group = cluster->group("group-viewed", 5s);
                           return group && group->isStable && group->assigned.size() == 3;
                       }),
             scene.logs().c_str());
    for (int partition = 0; partition < 3; ++partition)
        QVERIFY(group->assigned.contains({scene.topic(), PartitionId(partition)}));
    QCOMPARE(group->instances.size(), std::size_t{2});
    QVERIFY(group->instances[0].ends_with("-0") && group->instances[1].ends_with("-1"));
}

void TstGroupView::aGroupThatIsNotThereHasNobody()
{
    auto cluster = kafka::Cluster::open({m_stage.broker.brokers(), "test", {}});
    QVERIFY(cluster);
    const auto group = cluster->group("nobody", 5s);
    QVERIFY(!group || (!group->isStable && group->assigned.empty() && group->instances.empty()));
}

MR_TEST(TstGroupView)
#include "tst_group_view.moc"
