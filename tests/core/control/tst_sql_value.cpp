// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::control;
using namespace std::string_literals;

class TstSqlValue : public QObject
{
    Q_OBJECT

private slots:
    void textThatCannotBeStoredIsMadePrintable();
    void literalsEndWhereTheyShould();
    void arraysQuoteEveryElement();
    void fingerprintsKeepTheirBits();
};

void TstSqlValue::textThatCannotBeStoredIsMadePrintable()
{
    QCOMPARE(storable("hé\n"), "hé\n"s);
    QCOMPARE(storable("a\0b"s), "a\\u{0}b"s);
    QCOMPARE(storable("\xff"), "\\xff"s);
}

void TstSqlValue::literalsEndWhereTheyShould()
{
    QCOMPARE(textLiteral("it's"), "'it''s'"s);
    QCOMPARE(textLiteral("\\'; DROP"), "E'\\\\''; DROP'"s);
    QCOMPARE(textLiteralOrNull(""), "NULL"s);
    QCOMPARE(numberOrNull(std::nullopt), "NULL"s);
    QCOMPARE(numberOrNull(INT64_MIN), "'-9223372036854775808'"s);
}

void TstSqlValue::arraysQuoteEveryElement()
{
    const std::vector<std::string> texts{"a,b", "\"\\", "", "NULL"};
    QCOMPARE(arrayText(texts), R"({"a,b","\"\\","","NULL"})"s);
    const std::vector<std::int64_t> numbers{1, -2};
    QCOMPARE(arrayText(numbers), "{1,-2}"s);
    QCOMPARE(arrayText(std::vector<std::int64_t>()), "{}"s);
}

void TstSqlValue::fingerprintsKeepTheirBits()
{
    for (const std::uint64_t value : {std::uint64_t{0}, UINT64_MAX, std::uint64_t{1} << 63U})
        QCOMPARE(fromStored(toStored(value)), value);
    QCOMPARE(toStored(UINT64_MAX), std::int64_t{-1});
}

MR_TEST(TstSqlValue)
#include "tst_sql_value.moc"
