// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/mock_broker.h"
#include "core/kafka/cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace std::chrono_literals;

class TstMockBroker : public QObject
{
    Q_OBJECT

private slots:
    void servesTheTopicsItWasGiven();
};

void TstMockBroker::servesTheTopicsItWasGiven()
{
    const auto broker = demo::MockBroker::start({"orders", "consumer"}, 3);
    QVERIFY2(broker.has_value(), broker ? "" : broker.error().what.c_str());
    auto cluster = kafka::Cluster::open({broker->brokers(), "test", {}});
    QVERIFY(cluster.has_value());
    const auto info = cluster->describe(10s);
    QVERIFY2(info.has_value(), info ? "" : info.error().what.c_str());
    QCOMPARE(info->topics.size(), std::size_t{2});
    QCOMPARE(info->topics[1].name, std::string("orders"));
    QCOMPARE(info->topics[1].partitions, 3);
}

MR_TEST(TstMockBroker)
#include "tst_mock_broker.moc"
