// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/assignment.h"
#include "core/ingest/batch_filter.h"
#include "tests/core/ingest/assigned_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace millrace;
using namespace millrace::ingest;
using namespace std::chrono_literals;
using tests::AssignedLane;

class TstAssignment : public QObject
{
    Q_OBJECT

private slots:
    void readsFromThePositionOnlyWhenStarted();
    void aForgottenPartitionIsSilentUntilItIsTakenAgain();
    void aResumedPartitionIsProvedAnew();
    void aRemovedPartitionIsUnknown();
};

namespace {

/// Offsets of a partition that one lane keeps until it stands at `end`.
std::string keptUntil(AssignedLane& lane, int partition, std::int64_t end)
{
    std::string offsets;
    PartitionCursor& cursor = *lane.assignment.find(AssignedLane::at(partition));
    const bool reached = QTest::qWaitFor(
        [&] {
            kafka::Polled polled = lane.consumer.poll(100, 1 << 20, 50ms);
            filterBatch(polled.batch, lane.assignment);
            for (const record::Message& message : polled.batch.messages)
                offsets += std::to_string(message.offset.value) + " ";
            return cursor.expected() == Offset(end);
        },
        20'000);
    return reached ? offsets : "not reached: " + offsets;
}

/// A proof of partition 0 fails.
bool isJudged(AssignedLane& lane)
{
    return QTest::qWaitFor(
        [&] {
            kafka::Polled polled = lane.consumer.poll(100, 1 << 20, 50ms);
            const Filtered filtered = filterBatch(polled.batch, lane.assignment);
            return std::ranges::any_of(filtered.offers, [](const auto& offer) {
                return offer.second.need == Need::Judge;
            });
        },
        20'000);
}

} // namespace

void TstAssignment::readsFromThePositionOnlyWhenStarted()
{
    AssignedLane lane;
    PartitionCursor* cursor = &lane.taken(0, 6);
    lane.taken(1, 0);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QVERIFY(lane.assignment.parkNew());
    QCOMPARE(keptUntil(lane, 0, 10), std::string("6 7 8 9 "));
    // the other one is parked: assigned, and silent
    QVERIFY(lane.assignment.find(AssignedLane::at(1))->expected() == Offset(0));
    QCOMPARE(lane.assignment.ofTopic("t").size(), std::size_t{2});
    QVERIFY(lane.assignment.ofTopic("s").empty());
}

void TstAssignment::aForgottenPartitionIsSilentUntilItIsTakenAgain()
{
    AssignedLane lane;
    PartitionCursor* cursor = &lane.taken(0, 0);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QCOMPARE(keptUntil(lane, 0, 10), std::string("0 1 2 3 4 5 6 7 8 9 "));
    const SteadyTime later = steadyNow() + 1h;
    QVERIFY(lane.assignment.forget({&cursor, 1}, later));
    QVERIFY(cursor->phase() == Phase::Taking);
    QVERIFY(cursor->retryAt() == later);
    QVERIFY(!cursor->holdsPosition());
    // its position is read again, and reading begins there once more
    lane.taken(0, 4);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QCOMPARE(keptUntil(lane, 0, 10), std::string("4 5 6 7 8 9 "));
}

/// While it was paused its log may have become another one, with no sign from the broker.
void TstAssignment::aResumedPartitionIsProvedAnew()
{
    AssignedLane lane;
    PartitionCursor* cursor = &lane.taken(0, 0);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QCOMPARE(keptUntil(lane, 0, 10), std::string("0 1 2 3 4 5 6 7 8 9 "));
    control::Position position = cursor->position();
    position.nextOffset = Offset(10);
    position.lastOffset = Offset(9);
    position.fingerprint = 1; // not of the record that stands there
    cursor->committed(position);
    QVERIFY(lane.assignment.pause({&cursor, 1}));
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QVERIFY(isJudged(lane));
}

void TstAssignment::aRemovedPartitionIsUnknown()
{
    AssignedLane lane;
    PartitionCursor* cursor = &lane.taken(0, 0);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    const std::vector<kafka::TopicPartition> gone{AssignedLane::at(0)};
    QVERIFY(lane.assignment.remove(gone));
    QVERIFY(lane.assignment.find(AssignedLane::at(0)) == nullptr);
    QVERIFY(lane.assignment.all().empty());
    // and may come back
    cursor = &lane.taken(0, 8);
    QVERIFY(lane.assignment.start({&cursor, 1}));
    QCOMPARE(keptUntil(lane, 0, 10), std::string("8 9 "));
}

MR_TEST(TstAssignment)

#include "tst_assignment.moc"
