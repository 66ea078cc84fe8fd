// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/socket_wait.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;

class TstSocketWait : public QObject
{
    Q_OBJECT

private slots:
    void init() { QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM, 0, m_pair.data()), 0); }
    void cleanup()
    {
        ::close(m_pair[0]);
        ::close(m_pair[1]);
    }
    void aReadySocketCallsNoHook();
    void theHookIsCalledAfterHalfASecondThenTenTimesASecond();
    void aHookThatFailsEndsTheWait();
    void aRestartKeepsTheRhythmOfTheHook();

private:
    std::array<int, 2> m_pair{};
};

void TstSocketWait::aReadySocketCallsNoHook()
{
    int calls = 0;
    SocketWait wait(steadyNow(), 1s);
    const auto ready = wait.until(m_pair[0], POLLOUT, [&calls] {
        ++calls;
        return Result<void>();
    });
    QVERIFY(ready);
    QVERIFY((*ready & POLLOUT) != 0);
    QCOMPARE(calls, 0);
}

void TstSocketWait::theHookIsCalledAfterHalfASecondThenTenTimesASecond()
{
    const SteadyTime begun = steadyNow();
    std::vector<std::int64_t> calledAfterMs;
    SocketWait wait(begun, 850ms);
    const auto ready = wait.until(m_pair[0], POLLIN, [&] {
        calledAfterMs.push_back((steadyNow() - begun) / 1ms);
        return Result<void>();
    });
    QVERIFY(!ready);
    QCOMPARE(ready.error().code, Code::ConnectionLost);
    QCOMPARE(ready.error().scope, Scope::Connection);
    QVERIFY(calledAfterMs.size() >= 2 && calledAfterMs.size() <= 4);
    QVERIFY(calledAfterMs[0] >= 500);
    QVERIFY(calledAfterMs[1] - calledAfterMs[0] >= 100);
}

void TstSocketWait::aHookThatFailsEndsTheWait()
{
    SocketWait wait(steadyNow() - 1s, 0ms);
    const auto ready = wait.until(m_pair[0], POLLIN, [] {
        return Result<void>(Error{Scope::Record, Code::Cancelled, "told to stop", ""});
    });
    QVERIFY(!ready);
    QCOMPARE(ready.error().code, Code::Cancelled);
    QCOMPARE(ready.error().scope, Scope::Connection);
}

void TstSocketWait::aRestartKeepsTheRhythmOfTheHook()
{
    int calls = 0;
    SocketWait wait(steadyNow() - 600ms, 0ms);
    wait.restart(steadyNow(), 50ms);
    QVERIFY(!wait.until(m_pair[0], POLLIN, [&calls] {
        ++calls;
        return Result<void>();
    }));
    QCOMPARE(calls, 1);
}

MR_TEST(TstSocketWait)
#include "tst_socket_wait.moc"
