// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/positions.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstPositions : public QObject
{
    Q_OBJECT

private slots:
    void takesWhatWasAskedFor();
    void anyChangeOfATopicThatIsAskedForChangesTheMark();
    void topicsThatAreNotKnownAreMarkedToo();
};

namespace {

PositionsByTopic twoTopics()
{
    return {{"orders", {{{"orders", Generation(2), PartitionId(0), Offset(7)}}, 12, "12 7"}},
            {"payments", {{{"payments", Generation(1), PartitionId(3), Offset(9)}}, 4, "4 9"}}};
}

} // namespace

void TstPositions::takesWhatWasAskedFor()
{
    const PositionsByTopic read = twoTopics();
    QCOMPARE(tokenText(positionsOf(read, {"orders"}).seen), std::string("orders~2/0=7;schema=12"));
    QCOMPARE(tokenText(positionsOf(read, {"orders", "payments"}).seen),
             std::string("orders~2/0=7,payments~1/3=9;schema=12"));
    QCOMPARE(tokenText(positionsOf(read, {}).seen), std::string(";schema=0"));
}

void TstPositions::anyChangeOfATopicThatIsAskedForChangesTheMark()
{
    const Positions before = positionsOf(twoTopics(), {"orders", "payments"});
    PositionsByTopic changed = twoTopics();
    changed["payments"].mark = "4 10";
    QVERIFY(positionsOf(changed, {"orders", "payments"}).mark != before.mark);
    QCOMPARE(positionsOf(changed, {"orders"}), positionsOf(twoTopics(), {"orders"}));
}

void TstPositions::topicsThatAreNotKnownAreMarkedToo()
{
    const Positions unknown = positionsOf(twoTopics(), {"orders", "refunds"});
    QVERIFY(unknown.mark != positionsOf(twoTopics(), {"orders"}).mark);
    QCOMPARE(unknown.seen, positionsOf(twoTopics(), {"orders"}).seen);
}

MR_TEST(TstPositions)
#include "tst_positions.moc"
