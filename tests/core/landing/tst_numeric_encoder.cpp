// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/numeric_encoder.h"
#include "tests/support/copy_reader.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <limits>

using namespace millrace;
using namespace millrace::tests;

class TstNumericEncoder : public QObject
{
    Q_OBJECT

private slots:
    void keepsValueAndScaleOfALiteral_data();
    void keepsValueAndScaleOfALiteral();
    void keepsIntegers();
    void holdsAThousandDigitsOnEitherSideOfThePoint();
};

namespace {

template<class Value>
QString encoded(Value value)
{
    landing::CopyBuffer buffer;
    landing::putNumeric(buffer, value);
    const std::string_view bytes = buffer.bytes();
    if (bigNumber(bytes.substr(0, 4)) != std::ssize(bytes) - 4)
        return "wrong length";
    return QString::fromStdString(numericText(bytes.substr(4)));
}

} // namespace

void TstNumericEncoder::keepsValueAndScaleOfALiteral_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* literal, const char* expected) {
        QTest::newRow(literal) << expected;
    };
    row("0", "0");
    row("-0", "0");
    row("-0.00", "0.00");
    row("0e999", "0");
    row("1", "1");
    row("10000", "10000");
    row("100000000", "100000000");
    row("9999", "9999");
    row("1.0", "1.0");
    row("12.50", "12.50");
    row("-0.1", "-0.1");
    row("0.0001", "0.0001");
    row("0.00001", "0.00001");
    row("0.000012340", "0.000012340");
    row("123456789012345678901234567890", "123456789012345678901234567890");
    row("1234567.00008900", "1234567.00008900");
    row("1e3", "1000");
    row("1E+3", "1000");
    row("1.50e1", "15.0");
    row("1.5e5", "150000");
    row("1e-3", "0.001");
    row("12345e-2", "123.45");
    row("10000e-4", "1.0000");
    row("0.0010e2", "0.10");
    row("99990000.00009999", "99990000.00009999");
}

void TstNumericEncoder::keepsValueAndScaleOfALiteral()
{
    QFETCH(QString, expected);
    QCOMPARE(encoded(std::string_view(QTest::currentDataTag())), expected);
}

void TstNumericEncoder::keepsIntegers()
{
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{9'999},
          std::int64_t{10'000}, std::int64_t{-120'000'000}, std::int64_t{100'000'001},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
        QCOMPARE(encoded(number), QString::number(number));
}

void TstNumericEncoder::holdsAThousandDigitsOnEitherSideOfThePoint()
{
    const std::string nines(1'000, '9');
    QCOMPARE(encoded(std::string_view(nines)), QString::fromStdString(nines));
    QCOMPARE(encoded(std::string_view("1e999")), "1" + QString(999, '0'));
    QCOMPARE(encoded(std::string_view("1e-999")), "0." + QString(998, '0') + "1");
}

MR_TEST(TstNumericEncoder)
#include "tst_numeric_encoder.moc"
