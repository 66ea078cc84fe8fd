// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signal_watch.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace millrace::app;
using namespace std::chrono_literals;

namespace {

/// A child that is asked to stop `times` times and then never stops by itself; its exit status.
int childAskedToStop(int times, std::chrono::milliseconds patience)
{
    const pid_t child = ::fork();
    if (child == 0) {
        SignalWatch watch(patience);
        for (int i = 0; i < times; ++i)
            ::kill(::getpid(), SIGTERM);
        watch.wait();
        ::pause();
        ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

class TstSignalWatch : public QObject
{
    Q_OBJECT

private slots:
    void theFirstSignalAsksToStop();
    void theSecondSignalEndsAtOnce();
    void aStopThatHangsIsEnded();
};

void TstSignalWatch::theFirstSignalAsksToStop()
{
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        SignalWatch watch(1min);
        QVERIFY(!watch.stopWanted());
        std::raise(number);
        watch.wait();
        QVERIFY(watch.stopWanted());
    }
}

void TstSignalWatch::theSecondSignalEndsAtOnce()
{
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(childAskedToStop(2, 1min), 1);
    QVERIFY(timer.elapsed() < 10'000);
}

void TstSignalWatch::aStopThatHangsIsEnded()
{
    QCOMPARE(childAskedToStop(1, 50ms), 1);
}

MR_TEST(TstSignalWatch)
#include "tst_signal_watch.moc"
