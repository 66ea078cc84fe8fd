// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/position_source.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <atomic>
#include <future>
#include <memory>

using namespace millrace;
using namespace millrace::http;
using namespace std::chrono_literals;
using harness::SqlClient;
using Told = Result<query::Positions>;

class TstPositionSource : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void tellsWhereTheTablesStand();
    void nothingIsOlderThanTheQuestion();
    void waitsForOffsets();
    void saysWhichOffsetIsMissing_data();
    void saysWhichOffsetIsMissing();
    void whoHasGoneIsNotWaitedFor();
    void whenItEndsEverybodyIsTold();
    void aLostSessionIsOpenedAgain();
    void aDatabaseThatIsAwayIsTold();

private:
    std::future<Told> ask(PositionSource::Wish wish);
    void moveTo(long long offset);

    std::string m_database;
    std::unique_ptr<PositionSource> m_source;
};

namespace {

const std::string topic = "shop.orders";

query::OffsetVector wish(const std::string& text)
{
    return *query::parseOffsets(text);
}

long long nextOf(const Told& told)
{
    return told ? told->seen.offsets.at(0).next.value : -1;
}

} // namespace

void TstPositionSource::init()
{
    m_database = tests::databaseWithOrders();
    m_source = std::make_unique<PositionSource>(postgres::Dsn{m_database}, "test");
}

std::future<Told> TstPositionSource::ask(PositionSource::Wish wish)
{
    const auto promise = std::make_shared<std::promise<Told>>();
    m_source->ask(std::move(wish), [promise](const Told& told) { promise->set_value(told); });
    return promise->get_future();
}

void TstPositionSource::moveTo(long long offset)
{
    SqlClient(m_database)
        .run("UPDATE millrace.position SET next_offset = " + std::to_string(offset));
}

void TstPositionSource::tellsWhereTheTablesStand()
{
    const Told told = ask({{topic}}).get();
    QVERIFY(told);
    QVERIFY(query::tokenText(told->seen).starts_with("shop.orders~1/0=5;schema="));
    const Told nothing = ask({{"ghost"}}).get();
    QVERIFY(nothing && nothing->seen.offsets.empty());
}

/// Others keep it reading all the time, so each question meets a reading under way.
void TstPositionSource::nothingIsOlderThanTheQuestion()
{
    std::atomic<bool> isOver{false};
    std::vector<std::jthread> others;
    for (int i = 0; i < 3; ++i)
        others.emplace_back([&] {
            while (!isOver)
                (void)ask({{topic}}).get();
        });
    SqlClient sql(m_database);
    bool isFresh = true;
    for (long long next = 6; next < 400 && isFresh; ++next) {
        sql.run("UPDATE millrace.position SET next_offset = " + std::to_string(next));
        isFresh = nextOf(ask({{topic}}).get()) == next;
    }
    isOver = true;
    QVERIFY(isFresh);
}

void TstPositionSource::waitsForOffsets()
{
    auto waiting = ask({{}, wish("shop.orders/0=7"), steadyNow() + 60s});
    QVERIFY(ask({{topic}}).get());
    moveTo(6);
    QCOMPARE(nextOf(ask({{topic}, wish("shop.orders/0=6"), steadyNow() + 60s}).get()), 6LL);
    QVERIFY(waiting.wait_for(0s) == std::future_status::timeout);
    moveTo(7);
    QVERIFY(waiting.get());
}

void TstPositionSource::saysWhichOffsetIsMissing_data()
{
    QTest::addColumn<std::string>("wished");
    QTest::addColumn<std::string>("what");
    const auto row = [](const char* wished, const char* what) {
        QTest::newRow(wished) << std::string(wished) << std::string(what);
    };
    row("shop.orders/0=9", "shop.orders/0 stands at 5, not yet at 9");
    row("shop.orders/0=5,shop.orders/1=1", "nothing of shop.orders/1 is here yet");
    row("ghost/0=0", "nothing of ghost/0 is here yet");
    row("shop.orders~2/0=0", "shop.orders/0 stands at 5, not yet at 0 of generation 2");
}

void TstPositionSource::saysWhichOffsetIsMissing()
{
    QFETCH(std::string, wished);
    QFETCH(std::string, what);
    const Told told = ask({{topic}, wish(wished), steadyNow() + 30ms}).get();
    QVERIFY(!told);
    QCOMPARE(told.error().origin, std::string(notReachedOrigin));
    QCOMPARE(told.error().what, what);
}

void TstPositionSource::whoHasGoneIsNotWaitedFor()
{
    std::atomic<bool> isThere{true};
    auto waiting =
        ask({{topic}, wish("shop.orders/0=9"), steadyNow() + 60s, [&] { return isThere.load(); }});
    QVERIFY(ask({{topic}}).get());
    isThere = false;
    const Told told = waiting.get();
    QVERIFY(!told && told.error().code == Code::Cancelled);
}

void TstPositionSource::whenItEndsEverybodyIsTold()
{
    auto waiting = ask({{topic}, wish("shop.orders/0=9"), steadyNow() + 60s});
    QVERIFY(ask({{topic}}).get());
    auto last = ask({{topic}});
    m_source.reset();
    const Told told = waiting.get();
    QVERIFY(!told && told.error().code == Code::Cancelled);
    QVERIFY(last.wait_for(0s) == std::future_status::ready);
}

void TstPositionSource::aLostSessionIsOpenedAgain()
{
    QVERIFY(ask({{topic}}).get());
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
                        "application_name = 'millrace-positions/test' AND "
                        "datname = current_database()"),
             std::string("t"));
    QVERIFY(ask({{topic}}).get());
}

void TstPositionSource::aDatabaseThatIsAwayIsTold()
{
    m_source = std::make_unique<PositionSource>(postgres::Dsn{"host=/nowhere"}, "test");
    const Told told = ask({{topic}, wish("shop.orders/0=9"), steadyNow() + 60s}).get();
    QVERIFY(!told && told.error().scope == Scope::Connection);
}

MR_TEST(TstPositionSource)
#include "tst_position_source.moc"
