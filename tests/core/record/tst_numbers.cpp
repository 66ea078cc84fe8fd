// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/numbers.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

using namespace millrace::record;
using namespace millrace::schema;
using namespace std::string_literals;

namespace {

constexpr int digitsMax = 1'000;

std::string times(char digit, std::size_t count)
{
    return std::string(count, digit);
}

constexpr int shortest = QLocale::FloatingPointShortest;

/// Both texts mean the same decimal value.
bool sameDecimal(const QString& a, const QString& b)
{
    const auto normal = [](const QString& text) {
        QString digits = text.section('e', 0, 0).remove('-');
        int exponent = text.section('e', 1).toInt();
        exponent -= static_cast<int>(digits.section('.', 1).size());
        digits.remove('.');
        while (digits.endsWith('0')) {
            digits.chop(1);
            ++exponent;
        }
        while (digits.startsWith('0'))
            digits.remove(0, 1);
        return digits.isEmpty()
                   ? "0"
                   : (text.startsWith('-') ? "-" : "") + digits + "e" + QString::number(exponent);
    };
    return normal(a) == normal(b);
}

} // namespace

class TstNumbers : public QObject
{
    Q_OBJECT

private slots:
    void classifiesByTheLiteralAlone_data();
    void classifiesByTheLiteralAlone();
    void readsTheGrammarOfRfc8259_data();
    void readsTheGrammarOfRfc8259();
    void neverHasMoreDecimalsThanNumeric();
    void doublesPrintBackToTheirLiteral();
    void readsTimestamps_data();
    void readsTimestamps();
    void everyDayOfFourCenturiesHasItsPlace();
};

void TstNumbers::classifiesByTheLiteralAlone_data()
{
    QTest::addColumn<std::string>("literal");
    QTest::addColumn<QString>("kind");
    const auto row = [](const std::string& literal, const char* kind) {
        QTest::newRow(literal.substr(0, 60).c_str()) << literal << QString(kind);
    };
    row("0", "int53");
    row("-0", "int53");
    row("9007199254740992", "int53");
    row("9007199254740993", "int64");
    row("-9007199254740992", "int53");
    row("-9007199254740993", "int64");
    row("9223372036854775807", "int64");
    row("-9223372036854775808", "int64");
    row("9223372036854775808", "number");
    row("-9223372036854775809", "number");
    row("18446744073709551615", "number");
    row("1.0", "double");
    row("-0.0", "double");
    row("0.1", "double");
    row("1e5", "double");
    row("1E+5", "double");
    row("123456789.123456", "double");
    row("1234567890.123456", "number");
    row("0.000123456789012345", "double");
    row("0.0001234567890123456", "number");
    row("1.00000000000000", "double");
    row("1.000000000000000", "number");
    row("0.30000000000000004", "number");
    row("1e22", "double");
    row("1e23", "double");
    row("1.7976931348623157e308", "number");
    row("1.79769313486231e308", "double");
    row("1e308", "double");
    row("1e309", "number");
    row("1e400", "number");
    row("1e-307", "double");
    row("2.2250738585072e-308", "double");
    row("1e-400", "number");
    row("0e999999999", "double");
    row("0.000e-999999999999", "double");
    row("1e999", "number");
    row("1e1000", "out of range");
    row("1e-999", "number");
    row("1e-1000", "out of range");
    row("1e131071", "out of range");
    row("1e99999999999999999999", "out of range");
    row("1e-99999999999999999999", "out of range");
    row(times('9', 1'000), "number");
    row(times('9', 1'001), "out of range");
    row("-" + times('9', 1'000), "number");
    row("0." + times('3', 999), "number");
    row("0." + times('3', 1'000), "out of range");
    row("12." + times('3', 998), "number");
}

void TstNumbers::classifiesByTheLiteralAlone()
{
    QFETCH(std::string, literal);
    const NumberToken token = readNumber(literal, digitsMax);
    QVERIFY(token.status != NumberToken::Status::BadGrammar);
    QCOMPARE(token.length, literal.size());
    const bool inRange = token.status == NumberToken::Status::Ok;
    QTEST(inRange ? QString::fromUtf8(kindName(token.kind).data()) : QString("out of range"),
          "kind");
    if (token.kind == Kind::Int53 || token.kind == Kind::Int64)
        QCOMPARE(std::to_string(token.integer), literal == "-0" ? "0"s : literal);
}

void TstNumbers::readsTheGrammarOfRfc8259_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("length");
    const auto row = [](const char* text, int length) {
        QTest::newRow(*text == '\0' ? "empty" : text) << std::string(text) << length;
    };
    row("", 0);
    row("-", 0);
    row("+1", 0);
    row(".5", 0);
    row("x", 0);
    row("-x", 0);
    row("1.", 0);
    row("1.e5", 0);
    row("1e", 0);
    row("1e+", 0);
    row("1e-x", 0);
    row("01", 1);
    row("-01", 2);
    row("1,2", 1);
    row("12 ", 2);
    row("1.5e-3]", 6);
    row("1.5.5", 3);
    row("0x10", 1);
    row("1_000", 1);
    row("NaN", 0);
    row("Infinity", 0);
}

void TstNumbers::readsTheGrammarOfRfc8259()
{
    QFETCH(std::string, text);
    QFETCH(int, length);
    const NumberToken token = readNumber(text, digitsMax);
    QCOMPARE(token.status == NumberToken::Status::Ok, length > 0);
    QCOMPARE(token.length, static_cast<std::size_t>(length));
}

void TstNumbers::neverHasMoreDecimalsThanNumeric()
{
    QCOMPARE(readNumber("1e-16383", 100'000).status, NumberToken::Status::Ok);
    QCOMPARE(readNumber("1e-16384", 100'000).status, NumberToken::Status::OutOfRange);
    QCOMPARE(readNumber("1e99999", 100'000).status, NumberToken::Status::Ok);
    QCOMPARE(readNumber("1e100000", 100'000).status, NumberToken::Status::OutOfRange);
}

void TstNumbers::doublesPrintBackToTheirLiteral()
{
    const auto seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 200'000; ++i) {
        const auto digits = random() % 1'000'000'000'000'000ULL;
        const int exponent = static_cast<int>(random() % 660) - 345;
        char literal[64];
        std::snprintf(literal, sizeof literal, "%s%llue%d", random() % 2 == 0 ? "-" : "",
                      static_cast<unsigned long long>(digits), exponent);
        const NumberToken token = readNumber(literal, digitsMax);
        QCOMPARE(token.status, NumberToken::Status::Ok);
        const double value = std::strtod(literal, nullptr);
        const bool printsBack =
            std::isfinite(value) && sameDecimal(literal, QString::number(value, 'e', shortest));
        QVERIFY2((token.kind == Kind::Double) == printsBack, literal);
        if (token.kind == Kind::Double)
            QCOMPARE(toDouble(literal), value);
    }
}

void TstNumbers::readsTimestamps_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("micros");
    constexpr qint64 none = std::numeric_limits<qint64>::min();
    const auto row = [](const char* text, qint64 micros) {
        QTest::newRow(text) << QString(text) << micros;
    };
    row("2000-01-01T00:00:00Z", 0);
    row("2000-01-01T00:00:00.1Z", 100'000);
    row("2000-01-01T00:00:00.000001Z", 1);
    row("2000-01-01T00:00:01+00:00", 1'000'000);
    row("2000-01-01T01:30:00+01:30", 0);
    row("1999-12-31T22:30:00-01:30", 0);
    row("2000-01-01T00:00:00-00:00", 0);
    row("1999-12-31T23:59:59.999999Z", -1);
    row("2024-02-29T00:00:00Z", 762'480'000'000'000);
    row("1970-01-01T00:00:00Z", -946'684'800'000'000);
    row("0001-01-01T00:00:00Z", -63'082'281'600'000'000);
    row("9999-12-31T23:59:59.999999+00:00", 252'455'615'999'999'999);
    row("0000-01-01T00:00:00Z", none);
    row("2023-02-29T00:00:00Z", none);
    row("1900-02-29T00:00:00Z", none);
    row("2024-04-31T00:00:00Z", none);
    row("2024-13-01T00:00:00Z", none);
    row("2024-00-01T00:00:00Z", none);
    row("2024-01-00T00:00:00Z", none);
    row("2024-01-01T24:00:00Z", none);
    row("2024-01-01T23:60:00Z", none);
    row("2024-01-01T23:59:60Z", none);
    row("2024-01-01T00:00:00", none);
    row("2024-01-01T00:00:00.Z", none);
    row("2024-01-01T00:00:00.1234567Z", none);
    row("2024-01-01T00:00:00z", none);
    row("2024-01-01t00:00:00Z", none);
    row("2024-01-01 00:00:00Z", none);
    row("2024-01-01T00:00:00+24:00", none);
    row("2024-01-01T00:00:00+01:60", none);
    row("2024-01-01T00:00:00+0100", none);
    row("2024-01-01T00:00:00+01", none);
    row("2024-01-01T00:00:00+01:00Z", none);
    row("2024-01-01T00:00:00ZZ", none);
    row("2024-01-01T00:00:0 Z", none);
    row("2024-01-01T00-00-00Z", none);
    row("+024-01-01T00:00:00Z", none);
    row("12024-01-01T00:00:00Z", none);
    row("2024-01-01", none);
    row("", none);
}

void TstNumbers::readsTimestamps()
{
    QFETCH(QString, text);
    QFETCH(qint64, micros);
    const auto read = toTimestamp(text.toStdString());
    QCOMPARE(read.has_value(), micros != std::numeric_limits<qint64>::min());
    if (read)
        QCOMPARE(*read, micros);
}

void TstNumbers::everyDayOfFourCenturiesHasItsPlace()
{
    std::int64_t day = *toTimestamp("1799-12-31T00:00:00Z");
    for (QDate date(1800, 1, 1); date.year() < 2200; date = date.addDays(1)) {
        const auto read = toTimestamp((date.toString(Qt::ISODate) + "T00:00:00Z").toStdString());
        QVERIFY(read.has_value());
        QCOMPARE(*read - day, 86'400'000'000);
        day = *read;
    }
}

MR_TEST(TstNumbers)
#include "tst_numbers.moc"
