// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/patience.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <functional>

using namespace millrace;
using namespace millrace::http;
using std::chrono::milliseconds;

class TstPatience : public QObject
{
    Q_OBJECT

private slots:
    void cutsNobodyBeforeTheTimeIsOver_data();
    void cutsNobodyBeforeTheTimeIsOver();
    void aPartOfTheNextHeaderStartsItsClock();
    void bytesOfTheRequestBeforeDoNot();
    void aClientThatReadsIsLeftAlone();
    void aClientThatReadsTooSlowlyIsNot();
    void whatIsNotSentYetIsNotTheClientsFault();
    void aSystemThatDoesNotCountCutsNobody();
    void aNewStageStartsAnew();
    void isShorterWhenCrowded();
};

namespace {

constexpr SteadyTime start{std::chrono::hours(1)};
const Patience patience;

/// Milliseconds after the start when it was first late; looks each 250 ms, for a minute.
int lateAfter(Doing doing, const std::function<SocketFacts(int)>& factsAt)
{
    ClientClock clock;
    for (int ms = 0; ms <= 60'000; ms += 250) {
        if (clock.isLate(doing, start, factsAt(ms), start + milliseconds(ms), patience))
            return ms;
    }
    return -1;
}

SocketFacts received(std::uint64_t bytes, int msAgo)
{
    return {bytes, milliseconds(msAgo), 0, 0};
}

SocketFacts reading(std::uint64_t bytesRead, std::uint64_t unread = 1'000'000)
{
    return {100, milliseconds(60'000), bytesRead, unread};
}

} // namespace

void TstPatience::cutsNobodyBeforeTheTimeIsOver_data()
{
    QTest::addColumn<int>("doing");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("lateMs");
    const auto row = [](const char* name, Doing doing, int bytes, int lateMs) {
        QTest::newRow(name) << static_cast<int>(doing) << bytes << lateMs;
    };
    row("silent from the start", Doing::Opened, 0, 30'250);
    row("a part of the first header", Doing::Opened, 1, 5'250);
    row("between two requests", Doing::Waiting, 500, 30'250);
    row("body", Doing::Reading, 500, 15'250);
    row("the answer is worked on", Doing::Working, 500, -1);
}

void TstPatience::cutsNobodyBeforeTheTimeIsOver()
{
    QFETCH(int, doing);
    QFETCH(int, bytes);
    QFETCH(int, lateMs);
    const auto facts = [&](int ms) { return received(static_cast<std::uint64_t>(bytes), ms + 1); };
    QCOMPARE(lateAfter(static_cast<Doing>(doing), facts), lateMs);
}

/// A byte each second does not put it off.
void TstPatience::aPartOfTheNextHeaderStartsItsClock()
{
    const auto facts = [](int ms) {
        return ms < 10'000 ? received(500, ms + 1)
                           : received(500 + static_cast<std::uint64_t>(ms) / 1'000, ms % 1'000);
    };
    QCOMPARE(lateAfter(Doing::Waiting, facts), 15'250);
}

void TstPatience::bytesOfTheRequestBeforeDoNot()
{
    QCOMPARE(lateAfter(Doing::Waiting, [](int ms) { return received(500, ms - 5); }), 30'250);
}

void TstPatience::aClientThatReadsIsLeftAlone()
{
    const auto facts = [](int ms) { return reading(1 + static_cast<std::uint64_t>(ms) * 5); };
    QCOMPARE(lateAfter(Doing::Sending, facts), -1);
}

void TstPatience::aClientThatReadsTooSlowlyIsNot()
{
    const auto facts = [](int ms) { return reading(1 + static_cast<std::uint64_t>(ms) * 3); };
    QCOMPARE(lateAfter(Doing::Sending, facts), 10'250);
    const auto burst = [](int ms) { return reading(ms < 5'000 ? 1 : 200'000); };
    QCOMPARE(lateAfter(Doing::Sending, burst), 20'500);
}

void TstPatience::whatIsNotSentYetIsNotTheClientsFault()
{
    QCOMPARE(lateAfter(Doing::Sending, [](int) { return reading(1, 0); }), -1);
    const auto late = [](int ms) { return reading(1, ms < 20'000 ? 0 : 1); };
    QCOMPARE(lateAfter(Doing::Sending, late), 30'000);
}

void TstPatience::aSystemThatDoesNotCountCutsNobody()
{
    QCOMPARE(lateAfter(Doing::Sending, [](int) { return reading(0); }), -1);
}

void TstPatience::aNewStageStartsAnew()
{
    ClientClock clock;
    const auto at = [](int ms) { return start + milliseconds(ms); };
    QVERIFY(!clock.isLate(Doing::Opened, at(0), received(3, 0), at(0), patience));
    QVERIFY(!clock.isLate(Doing::Opened, at(0), received(3, 4'000), at(4'000), patience));
    QVERIFY(!clock.isLate(Doing::Waiting, at(4'100), received(90, 2'000), at(6'000), patience));
    QVERIFY(!clock.isLate(Doing::Waiting, at(6'100), received(99, 3'000), at(9'000), patience));
    QVERIFY(clock.isLate(Doing::Waiting, at(6'100), received(99, 30'200), at(36'200), patience));
}

void TstPatience::isShorterWhenCrowded()
{
    QVERIFY(!patience.isCrowdedBy(1'535));
    QVERIFY(patience.isCrowdedBy(1'536));
    QCOMPARE(patience.shortened().headerMax.count(), 1'000);
    QCOMPARE(patience.shortened().bodyMax.count(), 3'000);
    QCOMPARE(patience.shortened().idleMax.count(), 6'000);
    QCOMPARE(patience.shortened().rateWindow.count(), 2'000);
}

MR_TEST(TstPatience)
#include "tst_patience.moc"
