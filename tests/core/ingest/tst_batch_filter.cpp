// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batch_filter.h"
#include "tests/core/ingest/assigned_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;
using tests::AssignedLane;

class TstBatchFilter : public QObject
{
    Q_OBJECT

private slots:
    void keepsWhatIsExpectedInOrder();
    void dropsWhatIsNotOurs();
    void passesOnWhatACursorNeeds();
};

namespace {

/// Records as (topic, partition, offset); topics are "t" and "other".
record::Batch batchOf(const std::vector<std::tuple<std::uint32_t, int, std::int64_t>>& places)
{
    record::Batch batch;
    batch.topics = {"t", "other"};
    for (const auto& [topic, partition, offset] : places) {
        record::Message& message = batch.messages.emplace_back();
        message.topic = topic;
        message.partition = PartitionId(partition);
        message.offset = Offset(offset);
        message.timestampMs = 1'000 + offset;
    }
    return batch;
}

std::string textOf(const record::Batch& batch)
{
    std::string text;
    for (const record::Message& message : batch.messages)
        text += std::to_string(message.partition.value) + "@" +
                std::to_string(message.offset.value) + " ";
    return text;
}

} // namespace

void TstBatchFilter::keepsWhatIsExpectedInOrder()
{
    AssignedLane lane;
    lane.taken(0, 5);
    lane.taken(1, 0);
    record::Batch batch =
        batchOf({{0, 0, 3}, {0, 0, 4}, {0, 0, 5}, {0, 0, 6}, {0, 1, 0}, {0, 1, 1}});
    const Filtered filtered = filterBatch(batch, lane.assignment);
    QCOMPARE(textOf(batch), std::string("0@5 0@6 1@0 1@1 "));
    QCOMPARE(filtered.dropped, 2);
    QCOMPARE(filtered.touched.size(), std::size_t{2});
    QVERIFY(filtered.offers.empty());
    QCOMPARE(filtered.newestMs.at(AssignedLane::at(0)), 1'006);
    QVERIFY(lane.assignment.find(AssignedLane::at(0))->expected() == Offset(7));
}

void TstBatchFilter::dropsWhatIsNotOurs()
{
    AssignedLane lane;
    lane.taken(1, 0);
    record::Batch batch = batchOf({{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {1, 1, 0}});
    const Filtered filtered = filterBatch(batch, lane.assignment);
    QCOMPARE(textOf(batch), std::string("1@0 "));
    QCOMPARE(filtered.dropped, 3);
    QCOMPARE(filtered.touched.size(), std::size_t{1});
}

void TstBatchFilter::passesOnWhatACursorNeeds()
{
    AssignedLane lane;
    PartitionCursor& jumping = lane.taken(0, 5);
    lane.taken(1, 0);
    record::Batch batch = batchOf({{0, 0, 8}, {0, 1, 0}});
    const Filtered filtered = filterBatch(batch, lane.assignment);
    QCOMPARE(textOf(batch), std::string("1@0 "));
    QCOMPARE(filtered.offers.size(), std::size_t{1});
    QVERIFY(filtered.offers[0].first == &jumping);
    QVERIFY(filtered.offers[0].second.need == Need::Reseek);
    QVERIFY(!filtered.touched.contains(AssignedLane::at(0)));
}

MR_TEST(TstBatchFilter)

#include "tst_batch_filter.moc"
