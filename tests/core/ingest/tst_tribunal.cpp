// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/tribunal.h"
#include "core/kafka/cluster.h"
#include "tests/core/ingest/assigned_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;
using namespace std::chrono_literals;
using tests::AssignedLane;

/// The evidence is gathered from librdkafka's mock cluster.
class TstTribunal : public QObject
{
    Q_OBJECT

private slots:
    void theSameStreamGoesOn();
    void aShorterLogWithTheSameBeginningIsDiverged();
    void anotherFirstRecordIsRecreated();
    void anAccusedPartitionIsNotLetGo();

private:
    AssignedLane m_lane;
    kafka::Cluster m_cluster = *kafka::Cluster::open(m_lane.cluster.client());
    Limits m_limits = [] {
        Limits quick;
        quick.verdictWait = 1ms;
        return quick;
    }();

    [[nodiscard]] std::uint64_t fingerprintAt(std::int64_t offset)
    {
        const auto probe = m_cluster.probe(AssignedLane::at(0), Offset(offset), 10s);
        return probe ? probe->record.fingerprint : 0;
    }
    /// A position that has consumed all ten records.
    [[nodiscard]] control::Position whole()
    {
        control::Position position;
        position.key = {"t", Generation(1), PartitionId(0)};
        position.nextOffset = Offset(10);
        position.lastOffset = Offset(9);
        position.fingerprint = fingerprintAt(9);
        position.firstRecordOffset = Offset(0);
        position.firstFingerprint = fingerprintAt(0);
        return position;
    }
    [[nodiscard]] std::optional<Tribunal::Ruling> rulingOn(const control::Position& position,
                                                           bool accused = false)
    {
        PartitionCursor cursor(AssignedLane::at(0));
        cursor.take(position);
        Tribunal tribunal(m_lane.consumer, m_cluster, m_limits);
        if (accused)
            tribunal.accuse(AssignedLane::at(0));
        std::optional<Tribunal::Ruling> ruling;
        const bool held = QTest::qWaitFor(
            [&] { return (ruling = tribunal.hear(cursor, ClusterView{}, "", 0)).has_value(); },
            20'000);
        return held ? ruling : std::nullopt;
    }
};

void TstTribunal::theSameStreamGoesOn()
{
    const auto ruling = rulingOn(whole());
    QVERIFY(ruling);
    QVERIFY(ruling->verdict == Verdict::GoOn);
    QVERIFY(ruling->evidence.first == Trace::Same);
    QVERIFY(ruling->evidence.last == Trace::Same);
    QVERIFY(ruling->evidence.high == Offset(10));
}

void TstTribunal::aShorterLogWithTheSameBeginningIsDiverged()
{
    control::Position beyond = whole();
    beyond.nextOffset = Offset(30);
    beyond.lastOffset = Offset(29);
    const auto ruling = rulingOn(beyond);
    QVERIFY(ruling);
    QVERIFY(ruling->verdict == Verdict::Diverged);
    QVERIFY(ruling->text.find("30") != std::string::npos);
}

void TstTribunal::anotherFirstRecordIsRecreated()
{
    control::Position other = whole();
    other.firstFingerprint = *other.firstFingerprint + 1;
    const auto ruling = rulingOn(other);
    QVERIFY(ruling);
    QVERIFY(ruling->verdict == Verdict::Recreated);
}

void TstTribunal::anAccusedPartitionIsNotLetGo()
{
    const auto ruling = rulingOn(whole(), true);
    QVERIFY(ruling);
    QVERIFY(ruling->verdict == Verdict::Diverged);
}

MR_TEST(TstTribunal)

#include "tst_tribunal.moc"
