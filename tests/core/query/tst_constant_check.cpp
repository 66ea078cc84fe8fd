// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/constant_check.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;
using schema::ColumnType;

class TstConstantCheck : public QObject
{
    Q_OBJECT

private slots:
    void takesWhatPostgresReadsTheSameWayAlways_data();
    void takesWhatPostgresReadsTheSameWayAlways();
};

void TstConstantCheck::takesWhatPostgresReadsTheSameWayAlways_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QStringList>("right");
    QTest::addColumn<QStringList>("wrong");
    const auto row = [](const char* name, ColumnType type, const QStringList& right,
                        const QStringList& wrong) {
        QTest::newRow(name) << static_cast<int>(type) << right << wrong;
    };
    row("bool", ColumnType::Bool, {"true", "false"}, {"t", "TRUE", "1", ""});
    row("bigint", ColumnType::BigInt, {"0", "-9223372036854775808", "9223372036854775807"},
        {"9223372036854775808", "1.0", "1e3", " 1", "+1", "", "0x1"});
    row("numeric", ColumnType::Numeric,
        {"0.10", "-12345678901234567890.123", "1e3", "1E+20", "1.5e-3", "NaN", "-Infinity"},
        {".5", "1.", "1e", "1e9999", "1,5", "nan", "--1", "1 ", "1_000"});
    row("double", ColumnType::Double, {"0.1", "1e308", "Infinity", "-1.5e-300"},
        {"1e309", "1e-400", "inf", "x"});
    row("time", ColumnType::Timestamp,
        {"2024-02-29", "2024-01-31T10:00:00Z", "2024-01-31 10:00:00.123456+05:45",
         "2024-01-31T10:00-0300", "2024-01-31T10:00:59+01", "infinity"},
        {"today", "now", "2023-02-29", "2024-13-01", "2024-1-1", "2024-01-01T25:00",
         "2024-01-01T10", "2024-01-01T10:00:60Z", "2024-01-01T10:00:00.1234567Z",
         "2024-01-01T10:00:00 Europe/Paris", "2024-01-01T10:00:00+16:00", "0000-01-01", "epoch"});
    row("text", ColumnType::Text, {"", "Ä", "'; --"}, {});
    row("jsonb", ColumnType::Json, {}, {"{}", "1"});
}

void TstConstantCheck::takesWhatPostgresReadsTheSameWayAlways()
{
    QFETCH(int, type);
    QFETCH(QStringList, right);
    QFETCH(QStringList, wrong);
    for (const QString& text : right)
        QCOMPARE(constantFault(text.toStdString(), static_cast<ColumnType>(type)), std::string());
    for (const QString& text : wrong)
        QVERIFY2(!constantFault(text.toStdString(), static_cast<ColumnType>(type)).empty(),
                 qPrintable(text));
    QVERIFY(!constantFault({"a\0b", 3}, ColumnType::Text).empty());
    QVERIFY(!constantFault("\xff", ColumnType::Text).empty());
}

MR_TEST(TstConstantCheck)
#include "tst_constant_check.moc"
