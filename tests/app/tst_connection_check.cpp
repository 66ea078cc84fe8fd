// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connection_check.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::app;

class TstConnectionCheck : public QObject
{
    Q_OBJECT

private slots:
    void oneLineALayer();
    void namesTheLayerOfADatabaseThatIsNotThere();
    void looksAtTheCertificateToo();
};

void TstConnectionCheck::oneLineALayer()
{
    const std::vector<LayerCheck> checks = {
        {"kafka tcp", true, "it accepts", ""},
        {"kafka sasl", false, "no\nentry", "check the password"}};
    QCOMPARE(reportOf(checks, false),
             std::string("✓ kafka tcp: it accepts\n"
                         "✗ kafka sasl: no\\u{a}entry; mend: check the password\n"));
    QVERIFY(reportOf(checks, true).find("\033[31m✗") != std::string::npos);
}

void TstConnectionCheck::namesTheLayerOfADatabaseThatIsNotThere()
{
    Options options;
    options.database = "host=127.0.0.1 port=1 user=ada password=hunter2 dbname=d";
    const auto checks = checkConnections(options);
    QCOMPARE(checks.size(), std::size_t{2});
    QVERIFY(checks[0].passed);
    QCOMPARE(checks[1].layer, std::string("database tcp"));
    QVERIFY(!checks[1].passed && !checks[1].mend.empty());
    QVERIFY(reportOf(checks, false).find("hunter2") == std::string::npos);
}

void TstConnectionCheck::looksAtTheCertificateToo()
{
    Options options;
    options.tlsCertificate = "/nowhere/server.crt";
    options.tlsKey = "/nowhere/server.key";
    const auto checks = checkConnections(options);
    QCOMPARE(checks.size(), std::size_t{1});
    QCOMPARE(checks[0].layer, std::string("http tls"));
    QVERIFY(!checks[0].passed);
    QVERIFY(checks[0].found.find("/nowhere/server.crt") != std::string::npos);
}

MR_TEST(TstConnectionCheck)
#include "tst_connection_check.moc"
