// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_checks.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;
using schema::ColumnType;

class TstAggregateChecks : public QObject
{
    Q_OBJECT

private slots:
    void onlyExactComparisonsJoin();
    void sumsAreExactButForDoubles();
    void whatIsShownIsCutToALine();
    void bucketsDivideTheNextUnit();
    void valuesAreBounded();
};

void TstAggregateChecks::onlyExactComparisonsJoin()
{
    QVERIFY(canJoin(ColumnType::BigInt, ColumnType::Numeric));
    QVERIFY(canJoin(ColumnType::Double, ColumnType::Double));
    QVERIFY(!canJoin(ColumnType::Double, ColumnType::BigInt));
    QVERIFY(!canJoin(ColumnType::Numeric, ColumnType::Double));
    QVERIFY(!canJoin(ColumnType::Text, ColumnType::BigInt));
}

void TstAggregateChecks::sumsAreExactButForDoubles()
{
    QCOMPARE(measureType(MeasureKind::Sum, ColumnType::BigInt), ColumnType::Numeric);
    QCOMPARE(measureType(MeasureKind::Sum, ColumnType::Double), ColumnType::Double);
    QCOMPARE(measureType(MeasureKind::Percentile, ColumnType::Numeric), ColumnType::Double);
    QCOMPARE(measureType(MeasureKind::Max, ColumnType::Timestamp), ColumnType::Timestamp);
    QCOMPARE(measureType(MeasureKind::CountDistinct, ColumnType::Text), ColumnType::Numeric);
}

void TstAggregateChecks::whatIsShownIsCutToALine()
{
    QCOMPARE(shown("ab"), std::string("\"ab\""));
    QCOMPARE(shown(std::string(500, 'x')).size(), std::size_t(82));
    QCOMPARE(shown("\xff"), std::string("what is no UTF-8 text"));
}

void TstAggregateChecks::bucketsDivideTheNextUnit()
{
    const auto isRight = [](int count, BucketUnit unit) {
        ProblemList problems;
        checkDimension({"_time", {}, TimeBucket{count, unit, "UTC"}, {}}, ColumnType::Timestamp,
                       "group_by[0]", problems);
        return problems.empty();
    };
    QVERIFY(isRight(15, BucketUnit::Minute) && isRight(8, BucketUnit::Hour));
    QVERIFY(isRight(366, BucketUnit::Day) && isRight(1, BucketUnit::Quarter));
    QVERIFY(!isRight(0, BucketUnit::Minute) && !isRight(-5, BucketUnit::Second));
    QVERIFY(!isRight(5, BucketUnit::Hour) && !isRight(367, BucketUnit::Day));
    QVERIFY(!isRight(2, BucketUnit::Month));
}

void TstAggregateChecks::valuesAreBounded()
{
    RequestLimits limits;
    limits.valuesMax = 2;
    limits.constantBytesMax = 3;
    const auto codes = [&](std::vector<Constant> values) {
        ProblemList problems;
        checkFilter({"x", FilterOp::In, std::move(values)}, ColumnType::Text, "where[0]", limits,
                    problems);
        std::string all;
        for (const Problem& problem : problems.take())
            all += problem.code + " " + problem.field + ";";
        return all;
    };
    QCOMPARE(codes({"a", "b"}), std::string());
    QCOMPARE(codes({"a", "b", "c"}), std::string("limit where[0].values;"));
    QCOMPARE(codes({"abcd"}), std::string("limit where[0].values[0];"));
}

MR_TEST(TstAggregateChecks)
#include "tst_aggregate_checks.moc"
