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
    void looksForTheRecordThatPassedLast();
    void looksForTheOriginsBeforeAnythingPassed();
    void leavesAnIdlePartitionAlone();
    void beginsAnewWithAGeneration();
    void keepsAMarkThatDidNotPass();
    void findsTheMarksOfAPosition();
};

namespace {

const kafka::TopicPartition orders{"orders", PartitionId(0)};

ProofMark mark(std::int32_t generation, std::int64_t offset)
{
    return {Generation(generation), Offset(offset), static_cast<std::uint64_t>(offset) * 7};
}

} // namespace

void TstProofMarks::looksForTheRecordThatPassedLast()
{
    ProofMarks marks;
    marks.passed(orders, mark(1, 10));
    const std::vector origins{mark(1, 0), mark(1, 4)};
    QVERIFY(marks.due(orders, mark(1, 25), origins) == std::vector{mark(1, 10)});
    marks.passed(orders, mark(1, 25));
    QVERIFY(marks.due(orders, mark(1, 26), origins) == std::vector{mark(1, 25)});
    QVERIFY(marks.due({"orders", PartitionId(1)}, mark(1, 26), {}).empty());
}

void TstProofMarks::looksForTheOriginsBeforeAnythingPassed()
{
    const ProofMarks marks;
    const std::vector origins{mark(1, 0), mark(1, 4)};
    QVERIFY(marks.due(orders, mark(1, 25), origins) == origins);
    QVERIFY(marks.due(orders, mark(1, 4), origins) == std::vector{mark(1, 0)});
}

void TstProofMarks::leavesAnIdlePartitionAlone()
{
    ProofMarks marks;
    marks.passed(orders, mark(1, 10));
    QVERIFY(marks.due(orders, mark(1, 10), std::vector{mark(1, 0)}).empty());
}

void TstProofMarks::beginsAnewWithAGeneration()
{
    ProofMarks marks;
    marks.passed(orders, mark(1, 10));
    QVERIFY(marks.due(orders, mark(2, 3), std::vector{mark(1, 4)}).empty());
    QVERIFY(marks.due(orders, mark(2, 3), std::vector{mark(2, 0)}) == std::vector{mark(2, 0)});
}

void TstProofMarks::keepsAMarkThatDidNotPass()
{
    ProofMarks marks;
    marks.passed(orders, mark(1, 10));
    for (const int offset : {25, 31})
        QVERIFY(marks.due(orders, mark(1, offset), {}) == std::vector{mark(1, 10)});
}

void TstProofMarks::findsTheMarksOfAPosition()
{
    control::Position position;
    position.key.generation = Generation(3);
    QVERIFY(!lastMark(position) && !firstMark(position));
    position.lastOffset = Offset(9);
    position.firstRecordOffset = Offset(2);
    QVERIFY(!lastMark(position) && !firstMark(position));
    position.fingerprint = 63;
    position.firstFingerprint = 14;
    QVERIFY(lastMark(position) == mark(3, 9));
    QVERIFY(firstMark(position) == mark(3, 2));
}

MR_TEST(TstProofMarks)
#include "tst_proof_marks.moc"
