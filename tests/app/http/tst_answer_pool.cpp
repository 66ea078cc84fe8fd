// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/answer_pool.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <atomic>
#include <latch>

using namespace millrace::http;

class TstAnswerPool : public QObject
{
    Q_OBJECT

private slots:
    void doesWhatItTook();
    void turnsAwayWhatWouldWaitTooLong();
    void questionsLeaveRoomForTheRest();
    void nobodyKeepsTheOthersWaiting();
    void manyOfOneAreTurnedAway();
};

namespace {

/// Jobs that stay under way until they are let go.
class Gate
{
public:
    std::function<void()> job()
    {
        return [this] {
            ++m_begun;
            m_begun.notify_all();
            m_go.wait();
        };
    }
    void awaitBegun(int wanted)
    {
        for (int begun = m_begun; begun < wanted; begun = m_begun)
            m_begun.wait(begun);
    }
    [[nodiscard]] int begun() const { return m_begun; }
    void open() { m_go.count_down(); }

private:
    std::atomic<int> m_begun{0};
    std::latch m_go{1};
};

} // namespace

void TstAnswerPool::doesWhatItTook()
{
    std::atomic<int> done{0};
    AnswerPool pool({.threads = 2, .waitingMax = 1'000});
    for (int i = 0; i < 100; ++i)
        QVERIFY(pool.submit([&done] { ++done; }));
    pool.close();
    QCOMPARE(done.load(), 100);
    QVERIFY(!pool.submit([] {}));
}

void TstAnswerPool::turnsAwayWhatWouldWaitTooLong()
{
    std::latch begun(1);
    std::latch go(1);
    AnswerPool pool({.threads = 1, .waitingMax = 2});
    QVERIFY(pool.submit([&] {
        begun.count_down();
        go.wait();
    }));
    begun.wait();
    QVERIFY(pool.submit([] {}));
    QVERIFY(pool.submit([] {}));
    QVERIFY(!pool.submit([] {}));
    go.count_down();
}

void TstAnswerPool::questionsLeaveRoomForTheRest()
{
    Gate gate;
    AnswerPool pool({.threads = 3, .questionsMax = 2, .questionsPerAskerMax = 2});
    for (const AnswerPool::Asker asker : {1, 2, 3})
        QVERIFY(pool.submit(gate.job(), asker));
    gate.awaitBegun(2);
    std::latch answered(1);
    QVERIFY(pool.submit([&answered] { answered.count_down(); })); // the last thread is free for it
    answered.wait();
    QCOMPARE(gate.begun(), 2);
    gate.open();
    pool.close();
    QCOMPARE(gate.begun(), 3);
}

void TstAnswerPool::nobodyKeepsTheOthersWaiting()
{
    Gate gate;
    std::latch answered(1);
    AnswerPool pool({.threads = 4, .questionsMax = 3, .questionsPerAskerMax = 2});
    for (int i = 0; i < 20; ++i)
        QVERIFY(pool.submit(gate.job(), 1));
    gate.awaitBegun(2);
    QVERIFY(pool.submit([&answered] { answered.count_down(); }, 2)); // last, and next
    answered.wait();
    QCOMPARE(gate.begun(), 2);
    gate.open();
    pool.close();
    QCOMPARE(gate.begun(), 20);
}

void TstAnswerPool::manyOfOneAreTurnedAway()
{
    Gate gate;
    AnswerPool pool({.threads = 1, .questionsMax = 1, .waitingPerAskerMax = 2});
    QVERIFY(pool.submit(gate.job(), 1));
    gate.awaitBegun(1);
    QVERIFY(pool.submit(gate.job(), 1));
    QVERIFY(pool.submit(gate.job(), 1));
    QVERIFY(!pool.submit(gate.job(), 1));
    QVERIFY(pool.submit(gate.job(), 2));
    gate.open();
}

MR_TEST(TstAnswerPool)
#include "tst_answer_pool.moc"
