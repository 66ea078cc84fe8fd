// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <unistd.h>

#include <csignal>
#include <fstream>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::string_literals;
using tests::openSession;

class TstConnectionCopy : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_database = tests::testCluster().createDatabase(); }
    void init();
    void rowsArriveAsTheyWere();
    void aBadRowInTheMiddleLeavesTheSessionReady();
    void aTableThatIsNotThereIsARefresh();
    void aRuleOfTheUsersIsTold();
    void anAbortedCopyLeavesNothing();
    void whatIsWrittenDoesNotPileUp();
    void aStalledServerIsWaitedForWithTheHook();
    void aBackendLostInTheMiddleIsALostConnection();
    void writingWithoutACopyIsRefused();

private:
    std::string m_database;
};

namespace {

std::int64_t residentBytes()
{
    std::int64_t pages = 0;
    std::int64_t resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

} // namespace

void TstConnectionCopy::init()
{
    harness::SqlClient(m_database).run("DROP TABLE IF EXISTS t; CREATE TABLE t (a text, n int)");
}

void TstConnectionCopy::rowsArriveAsTheyWere()
{
    auto session = openSession(m_database);
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    QVERIFY(session.copyWrite("hé\t1"));
    QVERIFY(session.copyWrite("\n\\N\t-2\n"));
    QVERIFY(session.copyWrite(""));
    const auto rows = session.copyFinish();
    QVERIFY(rows);
    QCOMPARE(*rows, std::int64_t{2});
    const auto stored = session.query("SELECT a, n FROM t ORDER BY n DESC");
    QCOMPARE(stored->text(0, 0), std::string_view("hé"));
    QVERIFY(stored->isNull(1, 0));
    QCOMPARE(stored->number(1, 1), std::int64_t{-2});
}

void TstConnectionCopy::aBadRowInTheMiddleLeavesTheSessionReady()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("BEGIN"));
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    const std::string good = "a\t1\n";
    for (int i = 0; i < 100'000; ++i) {
        if (i == 50'000)
            QVERIFY(session.copyWrite("a\t99999999999\n"));
        if (!session.copyWrite(good))
            break;
    }
    const auto rows = session.copyFinish();
    QVERIFY(!rows);
    QCOMPARE(rows.error().scope, Scope::Batch);
    QCOMPARE(rows.error().code, Code::RecordRefused);
    QVERIFY(rows.error().origin.starts_with("22003"));
    QVERIFY(session.lastError().context.starts_with("COPY t, line 50001, column n"));
    QVERIFY(!session.isBroken());
    session.rollback();
    QCOMPARE(session.query("SELECT count(*) FROM t")->number(0, 0), std::int64_t{0});
}

void TstConnectionCopy::aTableThatIsNotThereIsARefresh()
{
    auto session = openSession(m_database);
    const auto begun = session.copyBegin("COPY missing FROM STDIN");
    QVERIFY(!begun);
    QCOMPARE(begun.error().code, Code::RefreshSchema);
    QVERIFY(session.query("SELECT 1"));
}

void TstConnectionCopy::aRuleOfTheUsersIsTold()
{
    auto session = openSession(m_database);
    QVERIFY(session.execute("ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0)"));
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    QVERIFY(session.copyWrite("a\t-1\n"));
    const auto rows = session.copyFinish();
    QVERIFY(!rows);
    QCOMPARE(rows.error().code, Code::UserRule);
    QCOMPARE(session.lastError().constraint, "positive"s);
}

void TstConnectionCopy::anAbortedCopyLeavesNothing()
{
    auto session = openSession(m_database);
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    QVERIFY(session.copyWrite("a\t1\n"));
    session.copyAbort("changed my mind");
    QVERIFY(!session.isBroken());
    QCOMPARE(session.query("SELECT count(*) FROM t")->number(0, 0), std::int64_t{0});
}

void TstConnectionCopy::whatIsWrittenDoesNotPileUp()
{
    auto session = openSession(m_database);
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    std::string block;
    while (block.size() < (4u << 20))
        block += std::string(1'000, 'x') + "\t1\n";
    QVERIFY(session.copyWrite(block));
    const std::int64_t before = residentBytes();
    for (int i = 0; i < 25; ++i)
        QVERIFY(session.copyWrite(block));
    const std::int64_t grown = residentBytes() - before;
    session.copyAbort("enough");
    QVERIFY2(grown < (4 << 20), std::to_string(grown).c_str());
}

void TstConnectionCopy::aStalledServerIsWaitedForWithTheHook()
{
    int calls = 0;
    int pid = 0;
    auto session = openSession(m_database, {.waitHook = [&] {
                                   if (++calls == 2)
                                       ::kill(pid, SIGCONT);
                                   return Result<void>();
                               }});
    pid = session.backendPid();
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    QCOMPARE(::kill(pid, SIGSTOP), 0);
    std::string block;
    while (block.size() < (4u << 20))
        block += std::string(1'000, 'x') + "\t1\n";
    QVERIFY(session.copyWrite(block));
    const auto rows = session.copyFinish();
    QVERIFY(rows);
    QVERIFY(*rows > 4'000);
    QVERIFY(calls >= 2);
}

void TstConnectionCopy::aBackendLostInTheMiddleIsALostConnection()
{
    auto session = openSession(m_database);
    QVERIFY(session.copyBegin("COPY t FROM STDIN"));
    QVERIFY(session.copyWrite("a\t1\n"));
    harness::SqlClient other(m_database);
    const std::string pid = std::to_string(session.backendPid());
    other.run("SELECT pg_terminate_backend(" + pid + ")");
    QVERIFY(QTest::qWaitFor([&] {
        return other.number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) == 0;
    }));
    Error error;
    const std::string block(1u << 20, '\n');
    for (int i = 0; i < 50 && !session.isBroken(); ++i) {
        if (auto written = session.copyWrite(block); !written)
            error = written.error();
    }
    if (!session.isBroken())
        error = session.copyFinish().error();
    QVERIFY(session.isBroken());
    QCOMPARE(error.scope, Scope::Connection);
    QCOMPARE(error.code, Code::ConnectionLost);
}

void TstConnectionCopy::writingWithoutACopyIsRefused()
{
    auto session = openSession(m_database);
    QVERIFY(!session.copyWrite("x"));
    QVERIFY(session.isBroken());
}

MR_TEST(TstConnectionCopy)
#include "tst_connection_copy.moc"
