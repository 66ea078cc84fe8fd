// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;
using namespace std::string_literals;
using harness::SqlClient;
using tests::openSession;

class TstConnection : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_database = tests::testCluster().createDatabase(); }
    void parametersTravelAsTheyAre();
    void aScriptGivesAllItsResults();
    void anErrorInAScriptLeavesTheSessionReady();
    void anErrorNamesWhereItHappened();
    void theHookIsCalledDuringALongQuery();
    void aHookThatFailsClosesTheSession();
    void aWaitThatIsTooLongClosesTheSession();
    void aTerminatedBackendIsALostConnection();
    void aCatalogueRaceAsksForARefresh();
    void rollbackEndsWhateverIsOpen();
    void notificationsArriveWithoutWaiting();
    void aCopyIsNotAnOrdinaryStatement();
    void aLargeAnswerAndALargeQuestionPass();

private:
    std::string m_database;
};

void TstConnection::parametersTravelAsTheyAre()
{
    auto session = openSession(m_database);
    const std::string quote = "it's \\ \" $1 é";
    const auto rows = session.query("SELECT $1::text, $2::text, $3::text, $4::bytea, $5::int8",
                                    {quote, "", std::nullopt, Param::bytes("\0\xff"s), "-7"});
    QVERIFY(rows);
    QCOMPARE(std::string(rows->text(0, 0)), quote);
    QVERIFY(!rows->isNull(0, 1));
    QVERIFY(rows->isNull(0, 2));
    QCOMPARE(rows->bytes(0, 3), "\0\xff"s);
    QCOMPARE(rows->number(0, 4), std::int64_t{-7});
}

void TstConnection::aScriptGivesAllItsResults()
{
    auto session = openSession(m_database);
    const auto results = session.execute("SELECT 1; BEGIN; SELECT 2 WHERE false; COMMIT; SELECT 3");
    QVERIFY(results);
    QCOMPARE(results->size(), std::size_t{5});
    QCOMPARE((*results)[0].number(0, 0), std::int64_t{1});
    QCOMPARE((*results)[2].rows(), 0);
    QCOMPARE((*results)[4].number(0, 0), std::int64_t{3});
}

void TstConnection::anErrorInAScriptLeavesTheSessionReady()
{
    auto session = openSession(m_database);
    const auto results = session.execute("SELECT 1; SELECT 1/0; SELECT 3");
    QVERIFY(!results);
    QCOMPARE(results.error().scope, Scope::Batch);
    QVERIFY(results.error().origin.starts_with("22012"));
    QVERIFY(!session.isBroken());
    QCOMPARE(session.query("SELECT 4")->number(0, 0), std::int64_t{4});
}

void TstConnection::anErrorNamesWhereItHappened()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("CREATE TABLE named (n int CONSTRAINT small CHECK (n < 5))"));
    const auto done = session.query("INSERT INTO named VALUES ($1)", {"7"});
    QVERIFY(!done);
    QCOMPARE(done.error().origin, "23514 table public.named, constraint small"s);
    QCOMPARE(session.lastError().constraint, "small"s);
    QVERIFY(session.query("SELECT 1"));
    QCOMPARE(session.lastError().sqlState, ""s);
}

void TstConnection::theHookIsCalledDuringALongQuery()
{
    int calls = 0;
    auto session = openSession(m_database, {.waitHook = [&calls] {
                                   ++calls;
                                   return Result<void>();
                               }});
    QVERIFY(session.execute("SELECT 1"));
    QCOMPARE(calls, 0);
    QVERIFY(session.execute("SELECT pg_sleep(0.9)"));
    QVERIFY2(calls >= 2 && calls <= 5, std::to_string(calls).c_str());
}

void TstConnection::aHookThatFailsClosesTheSession()
{
    auto session =
        openSession(m_database, {.waitHook = [] {
                        return Result<void>(Error{Scope::Process, Code::Cancelled, "stop", ""});
                    }});
    const SteadyTime begun = steadyNow();
    const auto done = session.execute("SELECT pg_sleep(5)");
    QVERIFY(steadyNow() - begun < 2s);
    QVERIFY(!done);
    QCOMPARE(done.error().code, Code::Cancelled);
    QCOMPARE(done.error().scope, Scope::Process);
    QVERIFY(session.isBroken());
    QCOMPARE(session.execute("SELECT 1").error().code, Code::ConnectionLost);
    session.rollback(); // nothing to do, and no harm
}

void TstConnection::aWaitThatIsTooLongClosesTheSession()
{
    auto session = openSession(m_database, {.statementTimeout = 200ms});
    const auto done = session.execute("SELECT pg_sleep(5)");
    QVERIFY(!done);
    QCOMPARE(done.error().scope, Scope::Connection);
    QCOMPARE(done.error().code, Code::ConnectionLost);
    QVERIFY(session.isBroken());
}

void TstConnection::aTerminatedBackendIsALostConnection()
{
    int pid = 0;
    auto session = openSession(
        m_database, {.waitHook = [this, &pid] {
            SqlClient(m_database).run("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
            return Result<void>();
        }});
    pid = session.backendPid();
    const auto done = session.execute("SELECT pg_sleep(30)");
    QVERIFY(!done);
    QCOMPARE(done.error().scope, Scope::Connection);
    QCOMPARE(done.error().code, Code::ConnectionLost);
    QCOMPARE(session.lastError().sqlState, "57P01"s);
    QVERIFY(session.isBroken());
}

void TstConnection::aCatalogueRaceAsksForARefresh()
{
    auto one = openSession(m_database);
    auto other = openSession(m_database);
    QVERIFY(one.execute("BEGIN; CREATE SCHEMA raced"));
    std::optional<Result<std::vector<ResultSet>>> outcome;
    std::thread second([&] { outcome = other.execute("CREATE SCHEMA raced"); });
    SqlClient watcher(m_database);
    QVERIFY(QTest::qWaitFor(
        [&] { return watcher.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1; }));
    QVERIFY(one.execute("COMMIT"));
    second.join();
    QVERIFY(!*outcome);
    QVERIFY(outcome->error().origin.starts_with("23505"));
    QCOMPARE(outcome->error().code, Code::RefreshSchema);
}

void TstConnection::rollbackEndsWhateverIsOpen()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("CREATE TABLE undone (n int)"));
    QVERIFY(session.execute("BEGIN; INSERT INTO undone VALUES (1)"));
    session.rollback();
    QCOMPARE(session.query("SELECT count(*) FROM undone")->number(0, 0), std::int64_t{0});
    QVERIFY(!session.execute("BEGIN; SELECT 1/0"));
    session.rollback();
    QVERIFY(session.execute("BEGIN; SELECT 1"));
    QVERIFY(session.copyBegin("COPY undone FROM STDIN"));
    QVERIFY(session.copyWrite("5\n"));
    session.rollback();
    QVERIFY(!session.isBroken());
    QCOMPARE(session.query("SELECT count(*) FROM undone")->number(0, 0), std::int64_t{0});
}

void TstConnection::notificationsArriveWithoutWaiting()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("LISTEN millrace_job"));
    QVERIFY(session.notifications().empty());
    SqlClient(m_database).run("NOTIFY millrace_job");
    std::vector<std::string> channels;
    QVERIFY(harness::waitUntil(5s, [&] {
        channels = session.notifications();
        return !channels.empty();
    }));
    QCOMPARE(channels.front(), "millrace_job"s);
}

void TstConnection::aCopyIsNotAnOrdinaryStatement()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("CREATE TABLE copied (n int)"));
    const auto done = session.execute("COPY copied FROM STDIN");
    QVERIFY(!done);
    QVERIFY(session.isBroken());
}

void TstConnection::aLargeAnswerAndALargeQuestionPass()
{
    auto session = openSession(m_database);
    const std::string large(20u << 20, 'x');
    const auto rows = session.query("SELECT $1::text || 'y'", {large});
    QVERIFY(rows);
    QCOMPARE(rows->text(0, 0).size(), large.size() + 1);
}

MR_TEST(TstConnection)
#include "tst_connection.moc"
