// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <thread>

using namespace millrace;
using namespace millrace::app;

class TstOptions : public QObject
{
    Q_OBJECT

private slots:
    void defaultsAreThoseOfTheEngine();
    void lanesFollowTheCoresUnlessTold();
    void unitsBecomeBytesAndDurations();
};

void TstOptions::defaultsAreThoseOfTheEngine()
{
    const engine::Settings made = engineSettings(Options{});
    const engine::Settings standard;
    QCOMPARE(made.topicsPattern, standard.topicsPattern);
    QCOMPARE(made.group, standard.group);
    QCOMPARE(made.dataSchema, standard.dataSchema);
    QCOMPARE(made.ingest, standard.ingest);
    QCOMPARE(made.brinIndex, standard.brinIndex);
    QCOMPARE(made.limits.batchRecordsMax, standard.limits.batchRecordsMax);
    QCOMPARE(made.limits.batchBytesMax, standard.limits.batchBytesMax);
    QVERIFY(made.limits.batchWaitMax == standard.limits.batchWaitMax);
    QCOMPARE(made.limits.valueBytesMax, standard.limits.valueBytesMax);
    QCOMPARE(made.limits.rewriteTableBytesMax, standard.limits.rewriteTableBytesMax);
}

void TstOptions::lanesFollowTheCoresUnlessTold()
{
    Options options;
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    QCOMPARE(engineSettings(options).lanes, std::clamp(cores, 1, 4));
    options.lanes = 7;
    QCOMPARE(engineSettings(options).lanes, 7);
}

void TstOptions::unitsBecomeBytesAndDurations()
{
    Options options;
    options.valueLimitMb = 3;
    options.rewriteLimitMb = 0;
    options.batchWaitMs = 20;
    options.topics = "orders";
    options.database = "host=db";
    const engine::Settings made = engineSettings(options);
    QCOMPARE(made.limits.valueBytesMax, std::size_t{3'145'728});
    QCOMPARE(made.limits.rewriteTableBytesMax, std::int64_t{0});
    QVERIFY(made.limits.batchWaitMax == std::chrono::milliseconds(20));
    QCOMPARE(made.topicsPattern, std::string("orders"));
    QCOMPARE(made.database.text, std::string("host=db"));
}

MR_TEST(TstOptions)
#include "tst_options.moc"
