// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/lane_status.h"
#include "tests/core/ingest/assigned_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;
using tests::AssignedLane;

class TstLaneStatus : public QObject
{
    Q_OBJECT

private slots:
    void everyPhaseHasAName();
    void countersAddUpBatches();
    void figuresAreToldByAConsumerThatLeft();
};

void TstLaneStatus::everyPhaseHasAName()
{
    std::set<std::string_view> names;
    for (const Phase phase : {Phase::Taking, Phase::Proving, Phase::Running, Phase::Judging,
                              Phase::Aside, Phase::Paused, Phase::Stopped})
        names.insert(phaseName(phase));
    QCOMPARE(names.size(), std::size_t{7});
}

void TstLaneStatus::countersAddUpBatches()
{
    landing::Committed committed;
    committed.rows = 3;
    committed.dead = 2;
    committed.skipped = 1;
    committed.decodeTime = std::chrono::milliseconds(1'500);
    LaneCounters counters;
    counters.add(committed);
    counters.add(committed);
    QCOMPARE(counters.rows, 6);
    QCOMPARE(counters.dead, 4);
    QCOMPARE(counters.skipped, 2);
    QCOMPARE(counters.batches, 2);
    QCOMPARE(counters.decodeSeconds, 3.0);
}

void TstLaneStatus::figuresAreToldByAConsumerThatLeft()
{
    AssignedLane lane;
    lane.taken(0, 7);
    lane.taken(1, 0).pause("paused as wanted");
    lane.consumer.close();
    const auto figures = figuresOf(lane.assignment, lane.consumer, {});
    QCOMPARE(figures.size(), std::size_t{2});
    QCOMPARE(figures[0].nextOffset, 7);
    QVERIFY(!figures[0].lagRecords);
    QCOMPARE(figures[1].phase, std::string("paused"));
    QCOMPARE(figures[1].reason, std::string("paused as wanted"));
}

MR_TEST(TstLaneStatus)

#include "tst_lane_status.moc"
