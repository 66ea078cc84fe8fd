// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/listen_address.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstListenAddress : public QObject
{
    Q_OBJECT

private slots:
    void readsNumericAddresses_data();
    void readsNumericAddresses();
    void aFreePortIsFoundAndATakenOneRefused();
};

void TstListenAddress::readsNumericAddresses_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("expected"); // empty: refused
    QTest::addColumn<bool>("loopback");
    const auto row = [](const std::string& text, const std::string& expected, bool loopback) {
        QTest::newRow(text.c_str()) << text << expected << loopback;
    };
    row("127.0.0.1:8080", "127.0.0.1:8080", true);
    row("127.9.9.9:0", "127.9.9.9:0", true);
    row("localhost:80", "127.0.0.1:80", true);
    row("0.0.0.0:80", "0.0.0.0:80", false);
    row("[::1]:80", "[::1]:80", true);
    row("[::]:80", "[::]:80", false);
    row("10.0.0.1:65535", "10.0.0.1:65535", false);
    row("127.0.0.1", "", false);
    row("127.0.0.1:", "", false);
    row("127.0.0.1:65536", "", false);
    row("127.0.0.1:-1", "", false);
    row("127.0.0.1:80x", "", false);
    row("::1:80", "", false);
    row("[::1]80", "", false);
    row("[127.0.0.1]:80", "", false);
    row("example.org:80", "", false);
    row(":80", "", false);
    row("", "", false);
}

void TstListenAddress::readsNumericAddresses()
{
    QFETCH(std::string, text);
    QFETCH(std::string, expected);
    QFETCH(bool, loopback);
    const auto address = ListenAddress::parse(text);
    QCOMPARE(address.has_value(), !expected.empty());
    if (!address)
        return;
    QCOMPARE(address->text(), expected);
    QCOMPARE(address->isLoopback, loopback);
}

void TstListenAddress::aFreePortIsFoundAndATakenOneRefused()
{
    const auto first = ListenSocket::open(*ListenAddress::parse("127.0.0.1:0"));
    QVERIFY(first);
    QVERIFY(first->address().port != 0);
    const auto second = ListenSocket::open(first->address());
    QVERIFY(!second);
    QVERIFY(second.error().what.find(first->address().text()) != std::string::npos);
}

MR_TEST(TstListenAddress)
#include "tst_listen_address.moc"
