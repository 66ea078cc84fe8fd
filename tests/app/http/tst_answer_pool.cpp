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
};

void TstAnswerPool::doesWhatItTook()
{
    std::atomic<int> done{0};
    AnswerPool pool(2, 1'000);
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
    AnswerPool pool(1, 2);
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

MR_TEST(TstAnswerPool)
#include "tst_answer_pool.moc"
