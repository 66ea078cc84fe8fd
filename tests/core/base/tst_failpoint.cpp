// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/failpoint.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

using namespace millrace;

class TstFailpoint : public QObject
{
    Q_OBJECT

private slots:
    void actsAtTheNamedHit_data();
    void actsAtTheNamedHit();
};

namespace {

constexpr int survived = 100;

/// What becomes of a process that passes the points `a a b` with this setting: "survived",
/// "killed" or "stopped", and after how many points.
QString fateUnder(const char* setting)
{
    int passed[2];
    if (::pipe(passed) != 0)
        return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("MILLRACE_FAILPOINTS", setting, 1);
        for (const char* name : {"a", "a", "b"}) {
            failpoint(name);
            [[maybe_unused]] const auto written = ::write(passed[1], ".", 1);
        }
        ::_exit(survived);
    }
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    const bool stopped = WIFSTOPPED(status);
    if (stopped) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    ::close(passed[1]);
    char dots[8];
    const auto count = ::read(passed[0], dots, sizeof dots);
    ::close(passed[0]);
    const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    const bool lives = WIFEXITED(status) && WEXITSTATUS(status) == survived;
    return QString(stopped  ? "stopped %1"
                   : killed ? "killed %1"
                   : lives  ? "survived %1"
                            : "lost %1")
        .arg(count);
}

} // namespace

void TstFailpoint::actsAtTheNamedHit_data()
{
    QTest::addColumn<QByteArray>("setting");
    QTest::addColumn<QString>("fate");
    const auto row = [](const char* setting, const char* fate) {
        QTest::newRow(*setting == '\0' ? "off" : setting) << QByteArray(setting) << QString(fate);
    };
    row("", "survived 3");
    row("a=kill@1", "killed 0");
    row("a=kill@2", "killed 1");
    row("a=kill@3", "survived 3");
    row("b=kill@1", "killed 2");
    row("a=stop@2", "stopped 1");
    row("c=kill@1;b=stop@1", "stopped 2");
    row("a=kill@2;a=stop@1", "stopped 0");
    row("nonsense;b=kill@1", "killed 2");
    row("a@1=kill;=;@;;b", "survived 3");
}

void TstFailpoint::actsAtTheNamedHit()
{
    QFETCH(QByteArray, setting);
    QTEST(fateUnder(setting.constData()), "fate");
}

MR_TEST(TstFailpoint)
#include "tst_failpoint.moc"
