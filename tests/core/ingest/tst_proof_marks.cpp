// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/proof_marks.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstProofMarks : public QObject
{
    Q_OBJECT

private slots:
    void provesTheRecordOfARoundAgo();
    void leavesAnIdlePartitionAlone();
    void beginsAnewWithAGeneration();
};

namespace {

const kafka::TopicPartition orders{"orders", PartitionId(0)};

ProofMark mark(std::int32_t generation, std::int64_t offset)
{
    return {Generation(generation), Offset(offset), static_cast<std::uint64_t>(offset) * 7};
}

} // namespace

void TstProofMarks::provesTheRecordOfARoundAgo()
{
    ProofMarks marks;
    QVERIFY(!marks.advance(orders, mark(1, 10)));
    const auto first = marks.advance(orders, mark(1, 25));
    QVERIFY(first && first->offset == Offset(10) && first->fingerprint == 70);
    const auto second = marks.advance(orders, mark(1, 26));
    QVERIFY(second && second->offset == Offset(25));
    QVERIFY(!marks.advance({"orders", PartitionId(1)}, mark(1, 26)));
}

void TstProofMarks::leavesAnIdlePartitionAlone()
{
    ProofMarks marks;
    (void)marks.advance(orders, mark(1, 10));
    QVERIFY(!marks.advance(orders, mark(1, 10)));
}

void TstProofMarks::beginsAnewWithAGeneration()
{
    ProofMarks marks;
    (void)marks.advance(orders, mark(1, 10));
    QVERIFY(!marks.advance(orders, mark(2, 3)));
    const auto next = marks.advance(orders, mark(2, 4));
    QVERIFY(next && next->generation == Generation(2));
}

MR_TEST(TstProofMarks)
#include "tst_proof_marks.moc"
