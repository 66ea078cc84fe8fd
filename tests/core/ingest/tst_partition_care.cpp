// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/partition_care.h"
#include "tests/core/ingest/assigned_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;
using namespace std::chrono_literals;
using tests::AssignedLane;

/// A lane on librdkafka's mock cluster whose first partition runs.
class TstPartitionCare : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aTopicThatWasMissingIsDoubtedOnceItIsBack();
    void anotherTopicsAbsenceDisturbsNobody();
    void damagedDataIsToldOnceAndWaitedForLonger();
    void anErrorOfThePartitionIsFollowedByAProof();

private:
    struct Cared
    {
        AssignedLane lane;
        kafka::Cluster cluster = *kafka::Cluster::open(lane.cluster.client());
        EventSink events{"tests"};
        PartitionCare care{lane.consumer, cluster, lane.assignment, events, Limits{}};
        PartitionCursor* cursor = &lane.taken(0, 0);
    };
    [[nodiscard]] bool answers(kafka::EventKind kind, Phase wanted)
    {
        const kafka::Event event{kind, {AssignedLane::at(0)}, Offset(0), "trouble"};
        return m_it->care.event(event, *m_it->cursor, nullptr) && m_it->cursor->phase() == wanted;
    }
    [[nodiscard]] ClusterView listing(const std::string& absent, int times, bool isBack)
    {
        ClusterView view;
        view.absences[absent] = times;
        if (isBack)
            view.topics["t"] = {};
        return view;
    }

    std::unique_ptr<Cared> m_it;
};

void TstPartitionCare::init()
{
    m_it = std::make_unique<Cared>();
    QVERIFY(m_it->lane.assignment.start({&m_it->cursor, 1}));
    QVERIFY(answers(kafka::EventKind::EndOfPartition, Phase::Running));
}

void TstPartitionCare::aTopicThatWasMissingIsDoubtedOnceItIsBack()
{
    QVERIFY(m_it->care.followListing(listing("t", 1, false)));
    QCOMPARE(m_it->cursor->phase(), Phase::Running);
    QVERIFY(m_it->care.followListing(listing("t", 1, true)));
    QCOMPARE(m_it->cursor->phase(), Phase::Judging);
    // acquitted, and not doubted again for the same absence
    QVERIFY(m_it->lane.assignment.start({&m_it->cursor, 1}));
    QVERIFY(answers(kafka::EventKind::EndOfPartition, Phase::Running));
    QVERIFY(m_it->care.followListing(listing("t", 1, true)));
    QCOMPARE(m_it->cursor->phase(), Phase::Running);
    QVERIFY(m_it->care.followListing(listing("t", 2, true)));
    QCOMPARE(m_it->cursor->phase(), Phase::Judging);
}

void TstPartitionCare::anotherTopicsAbsenceDisturbsNobody()
{
    QVERIFY(m_it->care.followListing(listing("s", 1, true)));
    QCOMPARE(m_it->cursor->phase(), Phase::Running);
}

void TstPartitionCare::damagedDataIsToldOnceAndWaitedForLonger()
{
    std::chrono::milliseconds waited = 0ms;
    for (int time = 0; time < 8; ++time) {
        const SteadyTime before = steadyNow();
        QVERIFY(answers(kafka::EventKind::CorruptData, Phase::Aside));
        const auto wait =
            std::chrono::round<std::chrono::seconds>(m_it->cursor->retryAt() - before);
        QVERIFY(wait > waited || wait == 60s);
        waited = wait;
        QVERIFY(m_it->lane.assignment.start({&m_it->cursor, 1}));
    }
    QVERIFY(waited == 60s);
    QCOMPARE(m_it->events.alarms().at("corrupt_data"), 1);
    // a commit went through: the next damage is another one
    m_it->care.landed(AssignedLane::at(0));
    QVERIFY(answers(kafka::EventKind::CorruptData, Phase::Aside));
    QCOMPARE(m_it->events.alarms().at("corrupt_data"), 2);
}

void TstPartitionCare::anErrorOfThePartitionIsFollowedByAProof()
{
    QVERIFY(answers(kafka::EventKind::PartitionError, Phase::Aside));
    QVERIFY(QTest::qWaitFor(
        [&] { return m_it->care.retryDue(nullptr) && m_it->cursor->phase() == Phase::Proving; },
        20'000));
}

MR_TEST(TstPartitionCare)

#include "tst_partition_care.moc"
