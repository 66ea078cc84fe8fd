// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/live_figures.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;

class TstLiveFigures : public QObject
{
    Q_OBJECT

private slots:
    void tellsWhatTheEngineTells();
};

void TstLiveFigures::tellsWhatTheEngineTells()
{
    auto lane = std::make_shared<ingest::LaneStatus>();
    lane->lane = 2;
    lane->state = "waiting for the database";
    lane->counters.rows = 7;
    lane->counters.databaseSeconds = 1.5;
    engine::EngineStatus status;
    status.troubles = {"lane 2 is waiting"};
    status.alarms = {{"gap", 3}};
    status.lanes = {lane};
    const http::Live live = app::liveOf(status);
    QVERIFY(!live.ready);
    QCOMPARE(live.reasons, status.troubles);
    QCOMPARE(live.alarms.at("gap"), std::int64_t{3});
    QCOMPARE(live.lanes.size(), std::size_t{1});
    QCOMPARE(live.lanes[0].lane, 2);
    QCOMPARE(live.lanes[0].state, lane->state);
    QCOMPARE(live.lanes[0].counters.at("rows_total"), 7.0);
    QCOMPARE(live.lanes[0].counters.at("database_seconds_total"), 1.5);
}

MR_TEST(TstLiveFigures)
#include "tst_live_figures.moc"
