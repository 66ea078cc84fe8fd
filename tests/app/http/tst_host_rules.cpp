// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/host_rules.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstHostRules : public QObject
{
    Q_OBJECT

private slots:
    void tellsLoopbackHostsFromOthers_data();
    void tellsLoopbackHostsFromOthers();
    void tellsLocalHostsFromOthers_data();
    void tellsLocalHostsFromOthers();
    void answersToItsNames_data();
    void answersToItsNames();
    void pagesOfOthersAreTurnedAway();
};

void TstHostRules::tellsLoopbackHostsFromOthers_data()
{
    QTest::addColumn<std::string>("host");
    QTest::addColumn<bool>("loopback");
    const auto row = [](const std::string& host, bool loopback) {
        QTest::newRow(host.c_str()) << host << loopback;
    };
    row("localhost", true);
    row("LocalHost:8080", true);
    row("127.0.0.1:8080", true);
    row("127.1.2.3", true);
    row("[::1]:8080", true);
    row("evil.example", false);
    row("localhost.evil.example", false);
    row("127.0.0.1.evil.example", false);
    row("evil.example:127.0.0.1", false);
    row("[::2]", false);
    row("10.0.0.1", false);
    row("", false);
}

void TstHostRules::tellsLoopbackHostsFromOthers()
{
    QFETCH(std::string, host);
    QFETCH(bool, loopback);
    QCOMPARE(isLoopbackHost(host), loopback);
}

void TstHostRules::tellsLocalHostsFromOthers_data()
{
    QTest::addColumn<std::string>("host");
    QTest::addColumn<bool>("local");
    const auto row = [](const std::string& host, bool local) {
        QTest::newRow(host.c_str()) << host << local;
    };
    row("192.168.1.5:8080", true);
    row("203.0.113.9", true);
    row("[fd00::1]:8080", true);
    row("millrace:8080", true);
    row("Localhost", true);
    row("millrace.default.svc", true);
    row("millrace.default.svc.cluster.local:8080", true);
    row("db.home.ARPA", true);
    row("evil.example", false);
    row("192.168.1.5.evil.example", false);
    row("local.evil.example:8080", false);
    row("evillocal.example", false);
    row("1.2.3.4.5", false);
    row("", false);
}

void TstHostRules::tellsLocalHostsFromOthers()
{
    QFETCH(std::string, host);
    QFETCH(bool, local);
    QCOMPARE(isLocalHost(host), local);
}

void TstHostRules::answersToItsNames_data()
{
    QTest::addColumn<int>("names");
    QTest::addColumn<bool>("isByProxy");
    QTest::addColumn<bool>("asksProxiesToo");
    QTest::addColumn<std::string>("host");
    QTest::addColumn<unsigned>("status"); // 0: it may pass
    const auto row = [](const char* name, Names names, bool isByProxy, bool asksProxiesToo,
                        const char* host, unsigned status) {
        QTest::newRow(name) << static_cast<int>(names) << isByProxy << asksProxiesToo
                            << std::string(host) << status;
    };
    row("a token keeps others out", Names::Any, false, false, "evil.example", 0);
    row("loopback", Names::Loopback, false, false, "localhost:80", 0);
    row("loopback by a local name", Names::Loopback, false, false, "millrace", 421);
    row("loopback, rebound", Names::Loopback, false, false, "evil.example", 421);
    row("loopback, told name", Names::Loopback, false, false, "API.example:80", 0);
    row("a proxy's, by token", Names::Loopback, true, false, "evil.example", 0);
    row("a proxy's, by nothing", Names::Loopback, true, true, "evil.example", 421);
    row("a proxy's, told name", Names::Loopback, true, true, "api.example", 0);
    row("no token", Names::Local, false, true, "10.1.2.3", 0);
    row("no token, rebound", Names::Local, false, true, "evil.example", 421);
}

void TstHostRules::answersToItsNames()
{
    QFETCH(int, names);
    QFETCH(bool, isByProxy);
    QFETCH(bool, asksProxiesToo);
    QFETCH(std::string, host);
    QFETCH(unsigned, status);
    const HostRules rules{static_cast<Names>(names), {"api.example"}, asksProxiesToo};
    Request request;
    request.host = host;
    request.isByProxy = isByProxy;
    const auto refused = rules.refusal(request);
    QCOMPARE(refused ? refused->status : 0, status);
    QVERIFY(!(HostRules{static_cast<Names>(names), {"*"}, asksProxiesToo}.refusal(request)));
}

void TstHostRules::pagesOfOthersAreTurnedAway()
{
    const HostRules rules{Names::Local, {"api.example"}};
    Request request;
    request.host = "10.1.2.3";
    for (const char* origin : {"http://10.1.2.3:8080", "https://api.example"}) {
        request.origin = origin;
        QVERIFY2(!rules.refusal(request), origin);
    }
    for (const char* origin : {"null", "https://evil.example", "evil.example", ""}) {
        request.origin = origin;
        QVERIFY2(rules.refusal(request), origin);
        QCOMPARE(rules.refusal(request)->status, 403U);
    }
}

MR_TEST(TstHostRules)
#include "tst_host_rules.moc"
