// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/verdict.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

Q_DECLARE_METATYPE(millrace::ingest::Evidence)

/// The table of ingest rules §3, a row of it at a time.
class TstVerdict : public QObject
{
    Q_OBJECT

private slots:
    void followsTheTable_data();
    void followsTheTable();
};

namespace {

Evidence healthy()
{
    Evidence evidence;
    evidence.lowSeen = Offset(0);
    evidence.nextOffset = Offset(100);
    evidence.low = Offset(0);
    evidence.high = Offset(200);
    evidence.first = Trace::Same;
    evidence.last = Trace::Same;
    return evidence;
}

template<class Change>
Evidence with(Change change)
{
    Evidence evidence = healthy();
    change(evidence);
    return evidence;
}

} // namespace

void TstVerdict::followsTheTable_data()
{
    QTest::addColumn<Evidence>("evidence");
    QTest::addColumn<QString>("expected");
    QTest::newRow("all as it was") << healthy() << "go_on";
    QTest::newRow("last record compacted away")
        << with([](auto& e) { e.last = Trace::Gone; }) << "go_on";
    QTest::newRow("never consumed anything") << with([](auto& e) {
        e.first = e.last = Trace::Unknown;
        e.nextOffset = Offset(0);
    }) << "go_on";
    QTest::newRow("cluster differs")
        << with([](auto& e) { e.clusterDiffers = true; }) << "cluster_swapped";
    QTest::newRow("topic id differs")
        << with([](auto& e) { e.topicIdDiffers = true; }) << "recreated";
    QTest::newRow("low went backwards")
        << with([](auto& e) { e.lowSeen = Offset(5); }) << "recreated";
    QTest::newRow("first record differs")
        << with([](auto& e) { e.first = Trace::Differs; }) << "recreated";
    QTest::newRow("last differs, first the same")
        << with([](auto& e) { e.last = Trace::Differs; }) << "diverged";
    QTest::newRow("stored beyond the end, first the same")
        << with([](auto& e) { e.high = Offset(50); }) << "diverged";
    QTest::newRow("beyond the end, first gone, nobody else suspects") << with([](auto& e) {
        e.high = Offset(50);
        e.first = Trace::Gone;
    }) << "diverged";
    QTest::newRow("beyond the end, first gone, two partitions agree") << with([](auto& e) {
        e.high = Offset(50);
        e.first = Trace::Gone;
        e.otherPartitionsSuspect = 1;
    }) << "recreated";
    QTest::newRow("beyond the end, first gone, topic was absent") << with([](auto& e) {
        e.high = Offset(50);
        e.first = Trace::Gone;
        e.topicWasAbsent = true;
    }) << "recreated";
    QTest::newRow("beyond the end, first gone, same topic id") << with([](auto& e) {
        e.high = Offset(50);
        e.first = Trace::Gone;
        e.topicIdKnown = true;
        e.topicWasAbsent = true;
    }) << "diverged";
    QTest::newRow("retention ran past") << with([](auto& e) {
        e.low = Offset(150);
        e.first = e.last = Trace::Gone;
    }) << "gap";
    QTest::newRow("retention just reached the position") << with([](auto& e) {
        e.low = Offset(100);
        e.first = e.last = Trace::Gone;
    }) << "go_on";
}

void TstVerdict::followsTheTable()
{
    QFETCH(Evidence, evidence);
    QFETCH(QString, expected);
    const auto name = verdictName(judge(evidence));
    QCOMPARE(QString::fromUtf8(name.data(), static_cast<int>(name.size())), expected);
}

MR_TEST(TstVerdict)
#include "tst_verdict.moc"
