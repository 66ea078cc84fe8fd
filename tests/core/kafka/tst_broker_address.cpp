// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/broker_address.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::kafka;

class TstBrokerAddress : public QObject
{
    Q_OBJECT

private slots:
    void readsHostAndPort_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("port");
        QTest::newRow("plain") << "kafka:19092"
                               << "kafka"
                               << "19092";
        QTest::newRow("default port") << "kafka"
                                      << "kafka"
                                      << "9092";
        QTest::newRow("protocol") << "SASL_SSL://kafka.example:1"
                                  << "kafka.example"
                                  << "1";
        QTest::newRow("v6") << "[::1]:7"
                            << "::1"
                            << "7";
        QTest::newRow("v6 default port") << "[fe80::1]"
                                         << "fe80::1"
                                         << "9092";
        QTest::newRow("spaces") << "  kafka:5 "
                                << "kafka"
                                << "5";
    }
    void readsHostAndPort()
    {
        QFETCH(QString, text);
        QFETCH(QString, host);
        QFETCH(QString, port);
        const auto parsed = parseBrokers(text.toStdString());
        QCOMPARE(parsed.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(parsed[0].host), host);
        QCOMPARE(QString::fromStdString(parsed[0].port), port);
    }

    void readsLists()
    {
        QCOMPARE(parseBrokers("a:1, b:2,,c").size(), std::size_t{3});
        QVERIFY(parseBrokers("").empty());
        QVERIFY(parseBrokers(" , ").empty());
    }

    void tellsWhyNothingConnects()
    {
        const std::chrono::milliseconds patience(2'000);
        QVERIFY(resolves({"127.0.0.1", "1"}, patience));
        QVERIFY(!resolves({"no-such-host.invalid", "1"}, patience));
        QCOMPARE(connectTrouble({"127.0.0.1", "1"}, patience), std::string("Connection refused"));
    }
};

MR_TEST(TstBrokerAddress)
#include "tst_broker_address.moc"
