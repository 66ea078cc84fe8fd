// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batch_pace.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::ingest;
using namespace std::chrono_literals;

class TstBatchPace : public QObject
{
    Q_OBJECT

private slots:
    void followsTheCostBetweenItsBounds();
    void oneSlowBatchChangesNothing();
    void keepsALeastAboveASecond();
};

void TstBatchPace::followsTheCostBetweenItsBounds()
{
    BatchPace pace(50ms);
    QVERIFY(pace.wait() == 50ms);
    pace.landed(20ms);
    pace.landed(20ms);
    QVERIFY(pace.wait() == 200ms);
    pace.landed(300ms);
    pace.landed(300ms);
    QVERIFY(pace.wait() == 1'000ms);
    pace.landed(1ms);
    QVERIFY(pace.wait() == 50ms);
}

void TstBatchPace::oneSlowBatchChangesNothing()
{
    BatchPace pace(50ms);
    pace.landed(1ms);
    pace.landed(80ms);
    QVERIFY(pace.wait() == 50ms);
    pace.landed(1ms);
    QVERIFY(pace.wait() == 50ms);
}

void TstBatchPace::keepsALeastAboveASecond()
{
    BatchPace pace(5s);
    pace.landed(1ms);
    QVERIFY(pace.wait() == 5s);
}

MR_TEST(TstBatchPace)
#include "tst_batch_pace.moc"
