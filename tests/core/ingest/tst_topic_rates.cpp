// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/topic_rates.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;
using namespace std::chrono_literals;

class TstTopicRates : public QObject
{
    Q_OBJECT

private slots:
    void partitionsOfATopicAddUp();
    void aPartitionThatJustCameHasNoPaceYet();
    void rowsThatWentDownAreNoPace();
};

namespace {

using Lanes = std::vector<std::shared_ptr<const LaneStatus>>;

Lanes lanesWith(const std::map<kafka::TopicPartition, std::int64_t>& rows)
{
    auto lane = std::make_shared<LaneStatus>();
    for (const auto& [where, count] : rows) {
        PartitionFigures& figures = lane->partitions.emplace_back();
        figures.where = where;
        figures.rows = count;
    }
    return {lane};
}

const kafka::TopicPartition one{"orders", PartitionId(0)};
const kafka::TopicPartition two{"orders", PartitionId(1)};

} // namespace

void TstTopicRates::partitionsOfATopicAddUp()
{
    TopicRates rates;
    const SteadyTime begun = steadyNow();
    QCOMPARE(rates.update(lanesWith({{one, 100}, {two, 7}}), begun).at("orders"), 0.0);
    QCOMPARE(rates.update(lanesWith({{one, 120}, {two, 17}}), begun + 2s).at("orders"), 15.0);
    QCOMPARE(rates.update(lanesWith({{one, 120}, {two, 17}}), begun + 3s).at("orders"), 0.0);
}

void TstTopicRates::aPartitionThatJustCameHasNoPaceYet()
{
    TopicRates rates;
    const SteadyTime begun = steadyNow();
    rates.update(lanesWith({{one, 100}}), begun);
    QCOMPARE(rates.update(lanesWith({{one, 101}, {two, 1'000'000}}), begun + 1s).at("orders"), 1.0);
    QCOMPARE(rates.update(lanesWith({{two, 1'000'005}}), begun + 2s).at("orders"), 5.0);
    QCOMPARE(rates.update(lanesWith({{one, 900}, {two, 1'000'005}}), begun + 3s).at("orders"), 0.0);
}

void TstTopicRates::rowsThatWentDownAreNoPace()
{
    TopicRates rates;
    const SteadyTime begun = steadyNow();
    rates.update(lanesWith({{one, 100}}), begun);
    QCOMPARE(rates.update(lanesWith({{one, 0}}), begun + 1s).at("orders"), 0.0);
}

MR_TEST(TstTopicRates)
#include "tst_topic_rates.moc"
