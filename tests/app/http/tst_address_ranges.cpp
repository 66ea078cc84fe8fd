// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/address_ranges.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstAddressRanges : public QObject
{
    Q_OBJECT

private slots:
    void contains_data();
    void contains();
    void refusesWhatIsNoAddress_data();
    void refusesWhatIsNoAddress();
    void findsTheAddress_data();
    void findsTheAddress();
};

void TstAddressRanges::contains_data()
{
    QTest::addColumn<std::string>("ranges");
    QTest::addColumn<std::string>("address");
    QTest::addColumn<bool>("isIn");
    const auto row = [](const std::string& ranges, const std::string& address, bool isIn) {
        QTest::addRow("%s in %s", address.c_str(), ranges.c_str()) << ranges << address << isIn;
    };
    row("127.0.0.1", "127.0.0.1", true);
    row("127.0.0.1", "127.0.0.2", false);
    row("10.0.0.0/8", "10.255.0.1", true);
    row("10.0.0.0/8", "11.0.0.1", false);
    row("192.0.2.128/25", "192.0.2.127", false);
    row("192.0.2.128/25", "192.0.2.200", true);
    row("192.0.2.0/31", "192.0.2.1", true);
    row("192.0.2.0/31", "192.0.2.2", false);
    row("0.0.0.0/0", "203.0.113.5", true);
    row("0.0.0.0/0", "fd00::1", false);
    row("10.0.0.0/8", "::ffff:10.0.0.1", true);
    row("fd00::/8", "fdff::1", true);
    row("fd00::/8", "fe00::1", false);
    row("10.0.0.1, fd00::1", "fd00::1", true);
    row("", "127.0.0.1", false);
    row("0.0.0.0/0", "no address", false);
}

void TstAddressRanges::contains()
{
    QFETCH(std::string, ranges);
    QFETCH(std::string, address);
    QFETCH(bool, isIn);
    const auto parsed = AddressRanges::parse(ranges);
    QVERIFY(parsed);
    QCOMPARE(parsed->contains(address), isIn);
    QCOMPARE(parsed->isEmpty(), ranges.empty());
}

void TstAddressRanges::refusesWhatIsNoAddress_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text : {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.1,",
                             ",", "fd00::/129", "10.0.0.1 10.0.0.2", "10.0.0.0/8x", "10.0.0"})
        QTest::newRow(text) << std::string(text);
}

void TstAddressRanges::refusesWhatIsNoAddress()
{
    QFETCH(std::string, text);
    QVERIFY(!AddressRanges::parse(text));
}

void TstAddressRanges::findsTheAddress_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("address");
    const auto row = [](const char* text, const char* address) {
        QTest::newRow(text) << std::string(text) << std::string(address);
    };
    row("192.0.2.7", "192.0.2.7");
    row(" 192.0.2.7:8080 ", "192.0.2.7");
    row("[fd00::1]:80", "fd00::1");
    row("[fd00::1]", "fd00::1");
    row("fd00::1", "fd00::1");
    row("unknown", "");
    row("", "");
    row("[", "");
    row("a.example:80", "");
}

void TstAddressRanges::findsTheAddress()
{
    QFETCH(std::string, text);
    QFETCH(std::string, address);
    QCOMPARE(addressOf(text).value_or(""), address);
}

MR_TEST(TstAddressRanges)
#include "tst_address_ranges.moc"
