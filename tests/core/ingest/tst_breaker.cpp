// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/breaker.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstBreaker : public QObject
{
    Q_OBJECT

private slots:
    void haltsAfterARunOfDeadLettersOnOnePartition();
    void aRowEndsTheRun();
    void haltsWhenNearlyAllOfTheLastTenThousandAreDead();
    void forgetsATopicThatMayRunAgain();
};

namespace {

const kafka::TopicPartition orders0{"orders", PartitionId(0)};
const kafka::TopicPartition orders1{"orders", PartitionId(1)};

} // namespace

void TstBreaker::haltsAfterARunOfDeadLettersOnOnePartition()
{
    Breaker breaker{Limits{}};
    QVERIFY(breaker.count(orders0, 0, 600, 600).empty());
    QVERIFY(breaker.count(orders1, 0, 399, 399).empty());
    QVERIFY(breaker.count(orders0, 0, 399, 399).empty());
    QCOMPARE(breaker.run(orders0), 999);
    QVERIFY(!breaker.count(orders0, 0, 1, 1).empty());
}

void TstBreaker::aRowEndsTheRun()
{
    Breaker breaker{Limits{}};
    QVERIFY(breaker.count(orders0, 0, 999, 999).empty());
    QVERIFY(breaker.count(orders0, 1, 10, 5).empty());
    QCOMPARE(breaker.run(orders0), 5);
}

void TstBreaker::haltsWhenNearlyAllOfTheLastTenThousandAreDead()
{
    Breaker breaker{Limits{}};
    QVERIFY(breaker.count(orders0, 50'000, 0, 0).empty());
    std::string reason;
    int commits = 0;
    while (reason.empty() && commits < 200) {
        reason = breaker.count(orders0, 1, 199, 100);
        ++commits;
    }
    QVERIFY(!reason.empty());
    QVERIFY2(commits >= 50 && commits <= 60, qPrintable(QString::number(commits)));
}

void TstBreaker::forgetsATopicThatMayRunAgain()
{
    Breaker breaker{Limits{}};
    QVERIFY(!breaker.count(orders0, 0, 1'000, 1'000).empty());
    breaker.forget("orders");
    QVERIFY(breaker.count(orders0, 0, 10, 10).empty());
}

MR_TEST(TstBreaker)
#include "tst_breaker.moc"
