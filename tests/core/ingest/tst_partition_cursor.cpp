// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/partition_cursor.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstPartitionCursor : public QObject
{
    Q_OBJECT

private slots:
    void readsNothingBeforeItIsTaken();
    void startsAtTheLastConsumedRecordAndDropsIt();
    void judgesWhenTheLastRecordIsAnother();
    void goesOnWhenTheLastRecordIsGone();
    void startsAtNextWhereNothingWasConsumed();
    void dropsWhatIsBelowThePosition();
    void countsHolesInsideTheStreamAtOnce();
    void confirmsAFirstJumpByOneMoreSeek();
    void saysWhenTwoSeeksDisagree();
    void movesToTheEndBehindMarkers();
    void judgesAnEndBelowThePosition();
    void forgetsHolesThatWereNotCommitted();
    void keepsItsOriginForAGeneration();
};

namespace {

record::Message message(std::int64_t offset, std::string_view value = "x")
{
    record::Message made;
    made.offset = Offset(offset);
    made.hasValue = true;
    made.value = value;
    return made;
}

std::vector<record::Message> messages(std::initializer_list<std::int64_t> offsets)
{
    std::vector<record::Message> made;
    for (const std::int64_t offset : offsets)
        made.push_back(message(offset));
    return made;
}

/// A cursor whose position stands behind record `last`; it has been told to read.
PartitionCursor after(std::int64_t last)
{
    PartitionCursor cursor({"orders", PartitionId(0)});
    control::Position position;
    position.nextOffset = Offset(last + 1);
    position.lastOffset = Offset(last);
    position.fingerprint = record::fingerprint(message(last));
    cursor.take(position);
    return cursor;
}

} // namespace

void TstPartitionCursor::readsNothingBeforeItIsTaken()
{
    PartitionCursor cursor({"orders", PartitionId(0)});
    const auto batch = messages({0, 1, 2});
    const Offer offer = cursor.offer(batch);
    QVERIFY(offer.kept.empty());
    QCOMPARE(offer.dropped, 3);
    QVERIFY(cursor.phase() == Phase::Taking);
}

void TstPartitionCursor::startsAtTheLastConsumedRecordAndDropsIt()
{
    PartitionCursor cursor = after(9);
    QVERIFY(cursor.startOffset() == Offset(9));
    const auto batch = messages({9, 10, 11});
    const Offer offer = cursor.offer(batch);
    QVERIFY(cursor.phase() == Phase::Running);
    QCOMPARE(offer.kept.size(), std::size_t{2});
    QVERIFY(offer.kept.front().offset == Offset(10));
    QVERIFY(cursor.expected() == Offset(12));
    QCOMPARE(cursor.pendingHoles(), 0);
}

void TstPartitionCursor::judgesWhenTheLastRecordIsAnother()
{
    PartitionCursor cursor = after(9);
    std::vector<record::Message> batch{message(9, "another"), message(10)};
    const Offer offer = cursor.offer(batch);
    QVERIFY(offer.need == Need::Judge);
    QVERIFY(offer.kept.empty());
}

void TstPartitionCursor::goesOnWhenTheLastRecordIsGone()
{
    PartitionCursor cursor = after(9);
    const auto batch = messages({10, 11});
    const Offer offer = cursor.offer(batch);
    QVERIFY(offer.inconclusive);
    QCOMPARE(offer.kept.size(), std::size_t{2});
}

void TstPartitionCursor::startsAtNextWhereNothingWasConsumed()
{
    PartitionCursor cursor({"orders", PartitionId(0)});
    control::Position position;
    position.nextOffset = Offset(5);
    cursor.take(position);
    QVERIFY(cursor.startOffset() == Offset(5));
    const auto batch = messages({5});
    const Offer offer = cursor.offer(batch);
    QVERIFY(!offer.inconclusive);
    QCOMPARE(offer.kept.size(), std::size_t{1});
}

void TstPartitionCursor::dropsWhatIsBelowThePosition()
{
    PartitionCursor cursor = after(9);
    const auto first = messages({9, 10});
    (void)cursor.offer(first);
    const auto again = messages({8, 9, 10, 11});
    const Offer offer = cursor.offer(again);
    QCOMPARE(offer.dropped, 3);
    QCOMPARE(offer.kept.size(), std::size_t{1});
    QVERIFY(offer.kept.front().offset == Offset(11));
}

void TstPartitionCursor::countsHolesInsideTheStreamAtOnce()
{
    PartitionCursor cursor = after(9);
    const auto batch = messages({9, 10, 13, 14, 20});
    const Offer offer = cursor.offer(batch);
    QVERIFY(offer.need == Need::Nothing);
    QCOMPARE(offer.kept.size(), std::size_t{4});
    QCOMPARE(cursor.pendingHoles(), 2 + 5);
    QVERIFY(cursor.expected() == Offset(21));
}

void TstPartitionCursor::confirmsAFirstJumpByOneMoreSeek()
{
    PartitionCursor cursor = after(9);
    const auto batch = messages({9, 15, 16});
    const Offer first = cursor.offer(batch);
    QVERIFY(first.need == Need::Reseek);
    QVERIFY(first.kept.empty());
    cursor.sought();
    const Offer second = cursor.offer(batch);
    QVERIFY(second.need == Need::Nothing);
    QCOMPARE(second.kept.size(), std::size_t{2});
    QCOMPARE(cursor.pendingHoles(), 5);
}

void TstPartitionCursor::saysWhenTwoSeeksDisagree()
{
    PartitionCursor cursor = after(9);
    const auto jump = messages({9, 15});
    (void)cursor.offer(jump);
    cursor.sought();
    const auto nearer = messages({9, 12});
    const Offer second = cursor.offer(nearer);
    QVERIFY(second.jumpDisagreed);
    QVERIFY(second.need == Need::Reseek);
}

void TstPartitionCursor::movesToTheEndBehindMarkers()
{
    PartitionCursor cursor = after(9);
    const auto batch = messages({9, 10});
    (void)cursor.offer(batch);
    (void)cursor.offerEnd(Offset(13));
    QVERIFY(cursor.expected() == Offset(13));
    QCOMPARE(cursor.pendingHoles(), 2);
}

void TstPartitionCursor::judgesAnEndBelowThePosition()
{
    PartitionCursor cursor = after(9);
    QVERIFY(cursor.offerEnd(Offset(9)).need == Need::Judge);
    PartitionCursor atEnd = after(9);
    QVERIFY(atEnd.offerEnd(Offset(10)).need == Need::Nothing);
    QVERIFY(atEnd.phase() == Phase::Running);
}

void TstPartitionCursor::forgetsHolesThatWereNotCommitted()
{
    PartitionCursor cursor = after(9);
    const auto batch = messages({9, 10, 13});
    (void)cursor.offer(batch);
    QCOMPARE(cursor.pendingHoles(), 2);
    cursor.sought();
    QCOMPARE(cursor.pendingHoles(), 0);
    QVERIFY(cursor.expected() == Offset(10));
}

void TstPartitionCursor::keepsItsOriginForAGeneration()
{
    PartitionCursor cursor({"orders", PartitionId(0)});
    QVERIFY(!cursor.origin());
    control::Position position;
    position.key.generation = Generation(1);
    position.lastOffset = Offset(9);
    position.fingerprint = 90;
    cursor.take(position);
    position.lastOffset = Offset(20);
    position.fingerprint = 200;
    cursor.committed(position);
    cursor.forget();
    cursor.take(position);
    QVERIFY((cursor.origin() == ProofMark{Generation(1), Offset(9), 90}));
    position.key.generation = Generation(2);
    position.lastOffset.reset();
    cursor.take(position);
    QVERIFY(!cursor.origin());
}

MR_TEST(TstPartitionCursor)
#include "tst_partition_cursor.moc"
