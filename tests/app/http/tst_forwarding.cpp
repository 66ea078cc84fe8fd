// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/forwarding.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstForwarding : public QObject
{
    Q_OBJECT

private slots:
    void theLastStrangerAsks_data();
    void theLastStrangerAsks();
    void strangersChangeNothing();
    void knowsItsHeaders();
};

void TstForwarding::theLastStrangerAsks_data()
{
    QTest::addColumn<std::string>("hops");
    QTest::addColumn<std::string>("client");
    const auto row = [](const char* hops, const char* client) {
        QTest::newRow(hops) << std::string(hops) << std::string(client);
    };
    row("192.0.2.7", "192.0.2.7");
    row("127.0.0.1, 192.0.2.7", "192.0.2.7"); // who asks wrote the first one
    row("192.0.2.7, 10.0.0.2", "192.0.2.7");
    row("192.0.2.7,10.0.0.2 , 10.0.0.3:99", "192.0.2.7");
    row("10.0.0.2, 10.0.0.3", "10.0.0.2");
    row("192.0.2.7, unknown", "10.0.0.1");
    row("192.0.2.7, unknown, 10.0.0.2", "10.0.0.2");
    row("", "10.0.0.1");
    row(",", "10.0.0.1");
    row("[fd00::7]:80", "fd00::7");
}

void TstForwarding::theLastStrangerAsks()
{
    QFETCH(std::string, hops);
    QFETCH(std::string, client);
    Request request;
    request.remote = "10.0.0.1";
    request.host = "inside";
    applyForwarding(request, {hops, "", true}, *AddressRanges::parse("10.0.0.0/8"));
    QCOMPARE(request.remote, client);
    QCOMPARE(*request.host, std::string("inside"));
    QVERIFY(request.isForwarded && request.isByProxy);
}

void TstForwarding::strangersChangeNothing()
{
    const auto proxies = *AddressRanges::parse("10.0.0.1");
    Request request;
    request.remote = "10.0.0.2";
    request.host = "inside";
    applyForwarding(request, {"192.0.2.7", "api.example", true}, proxies);
    QCOMPARE(request.remote, std::string("10.0.0.2"));
    QCOMPARE(*request.host, std::string("inside"));
    QVERIFY(request.isForwarded && !request.isByProxy);
    request.remote = "10.0.0.1";
    applyForwarding(request, {"192.0.2.7", "api.example, other.example", true}, proxies);
    QCOMPARE(*request.host, std::string("api.example"));
    applyForwarding(request, {}, proxies);
    QVERIFY(!request.isForwarded && !request.isByProxy);
}

void TstForwarding::knowsItsHeaders()
{
    for (const char* name :
         {"X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO", "X-Real-IP", "Forwarded"})
        QVERIFY2(isForwardHeader(name), name);
    for (const char* name : {"X-Forwarded", "Host", "X-Forwarded-For-2", ""})
        QVERIFY2(!isForwardHeader(name), name);
}

MR_TEST(TstForwarding)
#include "tst_forwarding.moc"
