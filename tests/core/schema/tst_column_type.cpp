// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/column_type.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::schema;

class TstColumnType : public QObject
{
    Q_OBJECT

private slots:
    void holdsExactlyTheKindsWithoutLoss_data();
    void holdsExactlyTheKindsWithoutLoss();
    void choosesTheNumberTypeByTheSetOfKinds();
    void namesAndOidsLeadBack();
};

void TstColumnType::holdsExactlyTheKindsWithoutLoss_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("kinds");
    const auto row = [](ColumnType type, const char* kinds) {
        QTest::newRow(shortName(type).data()) << static_cast<int>(type) << QString(kinds);
    };
    row(ColumnType::Bool, "bool");
    row(ColumnType::BigInt, "int53 int64");
    row(ColumnType::Double, "int53 double");
    row(ColumnType::Numeric, "int53 int64 double number");
    row(ColumnType::Timestamp, "timestamp");
    row(ColumnType::Text, "timestamp string");
    row(ColumnType::Json, "json");
}

void TstColumnType::holdsExactlyTheKindsWithoutLoss()
{
    QFETCH(int, type);
    QStringList held;
    for (int i = 0; i < kindCount; ++i) {
        const auto kind = static_cast<Kind>(i);
        if (holds(static_cast<ColumnType>(type), kind))
            held += QString::fromUtf8(kindName(kind).data());
        KindSet one;
        one.add(kind);
        QCOMPARE(!heldOf(one, static_cast<ColumnType>(type)).empty(),
                 holds(static_cast<ColumnType>(type), kind));
    }
    QTEST(held.join(' '), "kinds");
}

void TstColumnType::choosesTheNumberTypeByTheSetOfKinds()
{
    for (unsigned bits = 0; bits < 16; ++bits) {
        KindSet kinds;
        const Kind all[] = {Kind::Int53, Kind::Int64, Kind::Double, Kind::Number};
        for (unsigned i = 0; i < 4; ++i) {
            if ((bits >> i) & 1)
                kinds.add(all[i]);
        }
        const bool decimals = kinds.has(Kind::Double);
        const ColumnType expected = kinds.has(Kind::Number) || (kinds.has(Kind::Int64) && decimals)
                                        ? ColumnType::Numeric
                                    : decimals ? ColumnType::Double
                                               : ColumnType::BigInt;
        QCOMPARE(numberType(kinds), expected);
        kinds.add(Kind::String);
        QCOMPARE(numberType(kinds), expected);
    }
    QVERIFY(isNumber(Kind::Double) && !isNumber(Kind::Bool) && !isNumber(Kind::Timestamp));
    QVERIFY(isNumber(ColumnType::BigInt) && !isNumber(ColumnType::Text));
}

void TstColumnType::namesAndOidsLeadBack()
{
    for (int i = 0; i < 7; ++i) {
        const auto type = static_cast<ColumnType>(i);
        QCOMPARE(columnTypeOfSqlName(sqlName(type)), std::optional(type));
        QCOMPARE(columnTypeOfOid(typeOid(type)), std::optional(type));
    }
    QCOMPARE(typeOid(ColumnType::Numeric), Oid(1700));
    QCOMPARE(columnTypeOfSqlName("timestamp with time zone"), std::optional(ColumnType::Timestamp));
    QVERIFY(!columnTypeOfSqlName("timestamp") && !columnTypeOfSqlName(""));
    QVERIFY(!columnTypeOfOid(Oid(114)));
}

MR_TEST(TstColumnType)
#include "tst_column_type.moc"
