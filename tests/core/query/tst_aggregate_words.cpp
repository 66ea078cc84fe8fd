// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_words.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstAggregateWords : public QObject
{
    Q_OBJECT

private slots:
    void everyValueHasAWord();
    void measuresNameThemselves();
};

void TstAggregateWords::everyValueHasAWord()
{
    for (int op = 0; op <= static_cast<int>(FilterOp::IsNotNull); ++op)
        QVERIFY(!wordOf(filterOps(), static_cast<FilterOp>(op)).empty());
    for (int unit = 0; unit <= static_cast<int>(BucketUnit::Year); ++unit)
        QVERIFY(!wordOf(bucketUnits(), static_cast<BucketUnit>(unit)).empty());
    for (int kind = 0; kind <= static_cast<int>(MeasureKind::PercentOfTotal); ++kind)
        QVERIFY(!wordOf(measureKinds(), static_cast<MeasureKind>(kind)).empty());
    QCOMPARE(wordOf(filterOps(), FilterOp::NotEqual), std::string_view("!="));
}

void TstAggregateWords::measuresNameThemselves()
{
    QCOMPARE(answerName({}, ""), std::string("count"));
    QCOMPARE(answerName({MeasureKind::Sum, "c.amount"}, "amount"), std::string("sum_amount"));
    QCOMPARE(answerName({MeasureKind::Percentile, "a", {}, 0.95}, "a"), std::string("p95_a"));
    QCOMPARE(answerName({MeasureKind::Percentile, "a", {}, 0.999}, "a"), std::string("p99_9_a"));
    QCOMPARE(answerName({MeasureKind::Percentile, "a", {}, 0.07}, "a"), std::string("p7_a"));
    QCOMPARE(answerName({MeasureKind::Sum, "a", "total"}, "a"), std::string("total"));
}

MR_TEST(TstAggregateWords)
#include "tst_aggregate_words.moc"
