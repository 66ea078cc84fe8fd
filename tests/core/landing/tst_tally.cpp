// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/tally.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using landing::Fate;

class TstTally : public QObject
{
    Q_OBJECT

private slots:
    void countsFatesHolesAndBytes();
    void booksAnEndWithoutRecords();
    void cutsBehindTheRecordThatFillsTheRun();
    void countsARunOverBatches();
    void aTombstoneNeitherEndsNorFeedsARun();
    void refusesWhatDoesNotAddUp_data();
    void refusesWhatDoesNotAddUp();
    void advancesFromTheLockedRowAndNotFromTheHeldOne();
    void refusesAPositionThatWouldNotBalance();
};

namespace {

/// One partition's records: r, d, s for row, dead and skipped, '.' for an offset without a record.
struct Stream
{
    explicit Stream(const char* text, std::int64_t first = 100, std::int64_t deadRun = 0)
    {
        advance.held.key = {"t", Generation(1), PartitionId(4)};
        advance.held.firstOffset = advance.held.nextOffset = Offset(first);
        advance.deadRun = deadRun;
        std::int64_t offset = first;
        for (const char* at = text; *at != '\0'; ++at, ++offset) {
            if (*at == '.') {
                ++advance.holes;
                continue;
            }
            record::Message& message = messages.emplace_back();
            message.partition = PartitionId(4);
            message.offset = Offset(offset);
            message.value = "12345";
            message.key = "k";
            fates.push_back(*at == 'r' ? Fate::Row : *at == 'd' ? Fate::Dead : Fate::Skipped);
        }
        advance.next = Offset(offset);
    }
    Result<std::vector<landing::PartitionTally>> count(int deadRunMax = 0)
    {
        return landing::tally(messages, fates, std::span(&advance, 1), deadRunMax);
    }

    std::vector<record::Message> messages;
    std::vector<Fate> fates;
    landing::PartitionAdvance advance;
};

QString shown(const Result<std::vector<landing::PartitionTally>>& tallies)
{
    if (!tallies)
        return QString::fromStdString(std::string(codeName(tallies.error().code)));
    const landing::PartitionTally& one = tallies->front();
    return QString("next %1 rows %2 dead %3 skipped %4 holes %5 bytes %6 run %7%8")
        .arg(one.next.value)
        .arg(one.rows)
        .arg(one.dead)
        .arg(one.skipped)
        .arg(one.holes)
        .arg(one.bytes)
        .arg(one.deadRun)
        .arg(one.cut ? " cut" : "");
}

} // namespace

void TstTally::countsFatesHolesAndBytes()
{
    QCOMPARE(shown(Stream("rr.d..srd.").count()),
             "next 110 rows 3 dead 2 skipped 1 holes 4 bytes 36 run 1");
}

void TstTally::booksAnEndWithoutRecords()
{
    QCOMPARE(shown(Stream("...").count()),
             "next 103 rows 0 dead 0 skipped 0 holes 3 bytes 0 run 0");
}

void TstTally::cutsBehindTheRecordThatFillsTheRun()
{
    Stream stream("rdd.drr.");
    QCOMPARE(shown(stream.count(3)), "next 105 rows 1 dead 3 skipped 0 holes 1 bytes 24 run 3 cut");
    QCOMPARE(stream.fates.back() == Fate::Beyond, true);
    // Counted again, as after a refused row, the cut stays where it is.
    QCOMPARE(shown(stream.count(0)), "next 105 rows 1 dead 3 skipped 0 holes 1 bytes 24 run 3 cut");
}

void TstTally::countsARunOverBatches()
{
    QCOMPARE(shown(Stream("ddr", 100, 8).count(10)),
             "next 102 rows 0 dead 2 skipped 0 holes 0 bytes 12 run 2 cut");
    QCOMPARE(shown(Stream("drd", 100, 8).count(10)),
             "next 103 rows 1 dead 2 skipped 0 holes 0 bytes 18 run 1");
}

void TstTally::aTombstoneNeitherEndsNorFeedsARun()
{
    QCOMPARE(shown(Stream("dsdr").count(2)),
             "next 103 rows 0 dead 2 skipped 1 holes 0 bytes 18 run 2 cut");
}

void TstTally::refusesWhatDoesNotAddUp_data()
{
    QTest::addColumn<int>("fault");
    QTest::newRow("a hole too many") << 0;
    QTest::newRow("a record below the position") << 1;
    QTest::newRow("a record at the next position") << 2;
    QTest::newRow("an offset twice") << 3;
    QTest::newRow("a partition that does not advance") << 4;
    QTest::newRow("backwards") << 5;
}

void TstTally::refusesWhatDoesNotAddUp()
{
    QFETCH(int, fault);
    Stream stream("rr.r");
    switch (fault) {
    case 0:
        ++stream.advance.holes;
        break;
    case 1:
        stream.messages.front().offset = Offset(99);
        break;
    case 2:
        stream.messages.back().offset = Offset(104);
        break;
    case 3:
        stream.messages[1].offset = Offset(100);
        break;
    case 4:
        stream.messages.back().partition = PartitionId(5);
        break;
    default:
        stream.advance.next = Offset(101);
        break;
    }
    QCOMPARE(shown(stream.count()), QString::fromStdString(std::string(codeName(Code::Internal))));
}

void TstTally::advancesFromTheLockedRowAndNotFromTheHeldOne()
{
    Stream stream("rd.r");
    const auto tallies = stream.count();
    QVERIFY(tallies);
    control::Position locked = stream.advance.held;
    locked.firstOffset = Offset(90);
    locked.rows = 7; // a replay moved two from dead to rows since `held` was read
    locked.dead = 3;
    locked.ownerEpoch = 5;
    const auto after = landing::advancePosition(locked, tallies->front(), stream.messages);
    QVERIFY(after);
    QCOMPARE(after->rows, 9);
    QCOMPARE(after->dead, 4);
    QCOMPARE(after->nextOffset.value, 104);
    QCOMPARE(after->lastOffset->value, 103);
    QCOMPARE(after->firstRecordOffset->value, 100);
    QCOMPARE(after->epochAtProgress, 5);
    QCOMPARE(*after->fingerprint, record::fingerprint(stream.messages.back()));
    QCOMPARE(*after->firstFingerprint, record::fingerprint(stream.messages.front()));
}

void TstTally::refusesAPositionThatWouldNotBalance()
{
    Stream stream("r");
    const auto tallies = stream.count();
    QVERIFY(tallies);
    control::Position locked = stream.advance.held;
    locked.rows = 1;
    const auto after = landing::advancePosition(locked, tallies->front(), stream.messages);
    QVERIFY(!after);
    QCOMPARE(after.error().code == Code::Internal, true);
}

MR_TEST(TstTally)
#include "tst_tally.moc"
