// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/wait_until.h"
#include "tests/integration/question_scene.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// One question at a time over the query role's session: it ends in time, and leaves nothing.
class TstQuerySession : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_cluster.start();
        m_scene = std::make_unique<QuestionScene>(m_cluster);
        m_scene->sql().run("INSERT INTO shop.orders (id, note) SELECT g, 'n' || g"
                           " FROM generate_series(1, 1000) AS g; ANALYZE shop.orders");
    }
    void valuesTravelAsParameters();
    void kindsAndTypesAreNamed();
    void aLargeAnswerNeedsNoMemory();
    void whatIsCutIsFlagged_data();
    void whatIsCutIsFlagged();
    void aDearPlanIsRefusedWithBothNumbers();
    void aQuestionEndsInTime_data();
    void aQuestionEndsInTime();
    void aServerThatHangsIsLeftInTime();
    void whatNobodyWantsIsCancelled_data();
    void whatNobodyWantsIsCancelled();
    void anEarlierCancelDoesNotHitTheNextQuestion();
    void anUnreadAnswerIsLeftBehind();
    void aWaitForALockEnds();
    void nothingIsLeft_data();
    void nothingIsLeft();
    void aLostServerBreaksTheSession();
    void theVectorIsWhatTheRowsShow();

private:
    PostgresCluster m_cluster;
    std::unique_ptr<QuestionScene> m_scene;
};

namespace {

query::QueryLimits within(std::chrono::milliseconds time)
{
    query::QueryLimits limits;
    limits.timeMax = time;
    return limits;
}

query::QueryLimits ungated(std::chrono::milliseconds time = 30s)
{
    query::QueryLimits limits = within(time);
    limits.planCostMax = 0;
    return limits;
}

std::string ask(query::QuerySession& session, const std::string& sql)
{
    auto answer = session.ask(foreign(sql), ungated(), {});
    return textOf(answer);
}

long residentKb()
{
    std::ifstream file("/proc/self/statm");
    long size = 0;
    long resident = 0;
    file >> size >> resident;
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

} // namespace

void TstQuerySession::valuesTravelAsParameters()
{
    auto session = m_scene->session();
    query::Statement statement;
    statement.sql = "SELECT id, note, $2 FROM orders WHERE id = $1::bigint";
    statement.params = {"7", std::nullopt};
    auto answer = session.ask(statement, {}, {});
    QCOMPARE(textOf(answer), std::string("7,n7,NULL"));
    statement.params = {"7; DROP TABLE orders", "x"};
    auto refused = session.ask(statement, {}, {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().origin.substr(0, 5), std::string("22P02"));
    QVERIFY(!session.isBroken());
}

void TstQuerySession::kindsAndTypesAreNamed()
{
    auto session = m_scene->session();
    auto answer = session.ask(foreign("SELECT 1 AS a, 1.5 AS b, now() AS c, '{}'::jsonb AS d,"
                                      " true AS e, ''::text AS f, 1::float8 AS g, 'x'::uuid[] AS h"
                                      " WHERE false"),
                              {}, {});
    QVERIFY(!answer); // 'x' is no array: a refusal leaves the session usable
    auto good = session.ask(foreign("SELECT 1 AS a, 1.5 AS b, now() AS c, '{}'::jsonb AS d,"
                                    " true AS e, ''::text AS f, 1::float8 AS g WHERE false"),
                            {}, {});
    QVERIFY(good);
    std::string kinds;
    for (const auto& column : good->columns())
        kinds += column.name + " " + column.type + " " +
                 std::to_string(static_cast<int>(column.kind)) + ";";
    QCOMPARE(kinds, std::string("a integer 2;b numeric 3;c timestamptz 5;d jsonb 6;e boolean 1;"
                                "f text 0;g double precision 4;"));
    QCOMPARE(textOf(good), std::string());
}

void TstQuerySession::aLargeAnswerNeedsNoMemory()
{
    auto session = m_scene->session();
    query::QueryLimits limits = ungated();
    limits.answer.rowsMax = 10'000'000;
    auto answer = session.ask(
        foreign("SELECT g, repeat('x', 100) FROM generate_series(1, 1000000) AS g"), limits, {});
    QVERIFY(answer);
    QVERIFY(answer->next());
    const long before = residentKb();
    long largest = before;
    std::int64_t rows = 1;
    for (;;) {
        const auto row = answer->next();
        QVERIFY(row);
        if (*row == nullptr)
            break;
        if (++rows % 10'000 == 0)
            largest = std::max(largest, residentKb());
    }
    QCOMPARE(rows, std::int64_t{1'000'000});
    QCOMPARE(answer->end().cut, query::CutBy::Nothing);
    qInfo("1,000,000 rows of 100 bytes: %ld KiB more", largest - before);
    QVERIFY(largest - before < 4'096);
}

void TstQuerySession::whatIsCutIsFlagged_data()
{
    QTest::addColumn<int>("rowsMax");
    QTest::addColumn<int>("bytesMax");
    QTest::addColumn<int>("cellMax");
    QTest::addColumn<int>("rows");
    QTest::addColumn<QString>("cut");
    QTest::addColumn<int>("cells");
    QTest::newRow("nothing") << 1000 << 1'000'000 << 1'000 << 1000 << "" << 0;
    QTest::newRow("rows") << 999 << 1'000'000 << 1'000 << 999 << "rows" << 0;
    QTest::newRow("bytes") << 1000 << 20 << 1'000 << 10 << "bytes" << 0;
    QTest::newRow("cells") << 1000 << 1'000'000 << 3 << 1000 << "" << 901;
}

void TstQuerySession::whatIsCutIsFlagged()
{
    QFETCH(int, rowsMax);
    QFETCH(int, bytesMax);
    QFETCH(int, cellMax);
    query::QueryLimits limits;
    limits.answer.rowsMax = rowsMax;
    limits.answer.bytesMax = bytesMax;
    limits.answer.cellBytesMax = static_cast<std::size_t>(cellMax);
    auto session = m_scene->session();
    const char* sql = bytesMax == 20 ? "SELECT 'ab' FROM orders" : "SELECT note FROM orders";
    auto answer = session.ask(foreign(sql), limits, {});
    QVERIFY2(answer, answer ? "" : answer.error().what.c_str());
    [[maybe_unused]] const std::string text = textOf(answer);
    QTEST(static_cast<int>(answer->end().rows), "rows");
    QTEST(QString::fromStdString(std::string(query::cutName(answer->end().cut))), "cut");
    QTEST(static_cast<int>(answer->end().cutCells), "cells");
    QCOMPARE(ask(session, "SELECT 1"), std::string("1"));
}

void TstQuerySession::aDearPlanIsRefusedWithBothNumbers()
{
    auto session = m_scene->session();
    query::QueryLimits limits;
    limits.planCostMax = 1'000;
    const auto answer = session.ask(
        foreign("SELECT count(*) FROM orders AS a, orders AS b, orders AS c"), limits, {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().origin, std::string("54001 limit"));
    QVERIFY2(answer.error().what.find("and reads 1000000000 rows; at most 1000 and 1000000000") !=
                 std::string::npos,
             answer.error().what.c_str());
    limits = {};
    limits.planRowsMax = 999'999;
    QVERIFY(!session.ask(foreign("SELECT count(*) FROM orders AS a, orders AS b"), limits, {}));
    limits.planRowsMax = 1'000'000;
    auto cheap = session.ask(foreign("SELECT count(*) FROM orders AS a, orders AS b"), limits, {});
    QCOMPARE(textOf(cheap), std::string("1000000"));
}

void TstQuerySession::aQuestionEndsInTime_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("one that waits") << "SELECT pg_sleep(20)";
    QTest::newRow("one that counts") << "SELECT count(*) FROM generate_series(1, 1000000000)";
    QTest::newRow("one that lifts the server's own limit")
        << "SELECT set_config('statement_timeout', '0', false), pg_sleep(20)";
    QTest::newRow("one whose rows dribble in")
        << "SELECT g, pg_sleep(0.2), repeat('x', 20000) FROM generate_series(1, 100) AS g";
    QTest::newRow("one whose plan burns the time")
        << "SELECT 1 WHERE length(repeat(repeat('a', 100000), 1000)) ="
           " length(regexp_replace(repeat('ab', 20000), '(a*)*(b*)*(a*)*c', ''))";
}

void TstQuerySession::aQuestionEndsInTime()
{
    QFETCH(QString, sql);
    auto session = m_scene->session();
    QElapsedTimer timer;
    timer.start();
    query::QueryLimits limits = sql.contains("regexp") ? within(1s) : ungated(1s);
    auto answer = session.ask(foreign(sql.toStdString()), limits, {});
    const std::string text = textOf(answer);
    const qint64 took = timer.elapsed();
    qInfo("%lld ms: %s", took, text.c_str());
    QVERIFY(took < 2'000);
    if (!sql.contains("regexp"))
        QVERIFY(text.starts_with("error: the question took longer than 1000 ms") ||
                text.starts_with("error: the question was cancelled in the server"));
    QVERIFY(!session.isBroken());
    QCOMPARE(ask(session, "SELECT current_setting('statement_timeout')"), std::string("30s"));
}

void TstQuerySession::aServerThatHangsIsLeftInTime()
{
    auto session = m_scene->session();
    const int backend = std::stoi(ask(session, "SELECT pg_backend_pid()"));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(::kill(backend, SIGSTOP), 0);
    const auto answer = session.ask(foreign("SELECT 1"), within(1s), {});
    ::kill(backend, SIGCONT);
    QVERIFY(timer.elapsed() < 2'000);
    QVERIFY(!answer);
    QCOMPARE(answer.error().origin, std::string(query::lateOrigin));
    QVERIFY(session.isBroken());
}

void TstQuerySession::whatNobodyWantsIsCancelled_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("waiting") << "SELECT pg_sleep(20)";
    QTest::newRow("counting") << "SELECT count(*) FROM generate_series(1, 1000000000)";
    QTest::newRow("streaming") << "SELECT g FROM generate_series(1, 1000000000) AS g";
    QTest::newRow("dribbling")
        << "SELECT g, pg_sleep(0.05), repeat('x', 20000) FROM generate_series(1, 400) AS g";
}

void TstQuerySession::whatNobodyWantsIsCancelled()
{
    QFETCH(QString, sql);
    auto session = m_scene->session();
    query::QueryLimits limits = ungated();
    limits.answer.rowsMax = 1'000'000'000;
    QElapsedTimer timer;
    timer.start();
    auto answer =
        session.ask(foreign(sql.toStdString()), limits, [&timer] { return timer.elapsed() < 300; });
    std::string end = answer ? "" : answer.error().what;
    while (end.empty()) {
        const auto row = answer->next();
        QVERIFY(!row || *row != nullptr);
        end = row ? "" : row.error().what;
    }
    const qint64 took = timer.elapsed() - 300;
    qInfo("cancelled %lld ms after it was not wanted", took);
    QVERIFY(took < 1'000);
    QCOMPARE(end, std::string("the question is not wanted any more"));
    QVERIFY(!session.isBroken());
    QCOMPARE(ask(session, "SELECT 1"), std::string("1"));
}

void TstQuerySession::anEarlierCancelDoesNotHitTheNextQuestion()
{
    auto session = m_scene->session();
    for (int i = 0; i < 200; ++i) {
        {
            auto answer = session.ask(foreign("SELECT g FROM generate_series(1, 100000) AS g"),
                                      ungated(), {});
            QVERIFY(answer && answer->next());
        }
        QVERIFY(session.stop());
        QCOMPARE(ask(session, "SELECT count(*) FROM orders"), std::string("1000"));
    }
}

void TstQuerySession::anUnreadAnswerIsLeftBehind()
{
    auto session = m_scene->session();
    QVERIFY(session.ask(foreign("SELECT generate_series(1, 100000000)"), ungated(), {}));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(ask(session, "SELECT 1"), std::string("1"));
    QVERIFY(timer.elapsed() < 1'000);
}

void TstQuerySession::aWaitForALockEnds()
{
    SqlClient locker(m_scene->database());
    locker.run("BEGIN; LOCK TABLE shop.orders");
    auto session = m_scene->session();
    query::QueryLimits limits;
    limits.lockWaitMax = 100ms;
    const auto answer = session.ask(foreign("SELECT count(*) FROM orders"), limits, {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, Code::LockTimeout);
}

void TstQuerySession::nothingIsLeft_data()
{
    QTest::addColumn<QString>("sql");
    for (const char* sql :
         {"SELECT pg_advisory_lock(1), pg_try_advisory_lock_shared(2)",
          "LISTEN anything",
          "PREPARE kept AS SELECT 1",
          "SET search_path = public",
          "SET TimeZone = 'Asia/Tokyo'",
          "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
          "RESET ALL",
          "COMMIT",
          "COMMIT AND CHAIN",
          "ROLLBACK",
          "ROLLBACK AND CHAIN",
          "SAVEPOINT a",
          "BEGIN",
          "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
          "CREATE TEMP TABLE kept AS SELECT 1",
          "SELECT 1 INTO TEMP kept",
          "DISCARD ALL",
          "SET ROLE none",
          "CREATE TEMP VIEW kept AS SELECT 1",
          "SELECT set_config('search_path', 'public', false), set_config('role', 'none', false)",
          "SELECT set_config('default_transaction_read_only', 'off', false)",
          "SELECT set_config('transaction_read_only', 'off', false)",
          "SELECT set_config('my.own', 'x', false)",
          "DEALLOCATE ALL",
          "LOAD 'plpgsql'",
          "SET work_mem = '1GB'",
          "SELECT pg_notify('a', 'b')",
          "SELECT pg_cancel_backend(pg_backend_pid())",
          "COPY orders TO STDOUT",
          "COPY orders FROM STDIN",
          "",
          ";",
          "SELECT 1; SELECT 2",
          "SELECT pg_terminate_backend(pg_backend_pid())",
          "SELECT pg_export_snapshot()",
          "SELECT lo_create(0)",
          "SELECT nextval('shop.s')",
          "DO $$ BEGIN COMMIT; END $$"})
        QTest::newRow(sql) << sql;
}

void TstQuerySession::nothingIsLeft()
{
    QFETCH(QString, sql);
    auto session = std::make_unique<query::QuerySession>(m_scene->session());
    constexpr const char* stateSql =
        "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
        " (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors WHERE "
        "is_holdable),"
        " (SELECT count(*) FROM pg_listening_channels()),"
        " (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),"
        " (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings"
        " WHERE name NOT LIKE 'plpgsql.%'), current_user, coalesce(current_setting('my.own', "
        "true), ''),"
        " current_setting('transaction_read_only'), current_setting('transaction_isolation')";
    const std::string clean = ask(*session, stateSql);
    for (int i = 0; i < 2; ++i) { // the second begins where the first has ended
        auto answer = session->ask(foreign(sql.toStdString()), ungated(), {});
        [[maybe_unused]] const std::string text = textOf(answer);
        [[maybe_unused]] const bool usable = session->stop();
        if (session->isBroken())
            session = std::make_unique<query::QuerySession>(m_scene->session());
        QCOMPARE(ask(*session, stateSql), clean);
    }
    QCOMPARE(m_scene->sql().number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), 0);
    session.reset();
    QVERIFY(waitUntil(5s, [this] {
        return m_scene->sql().number("SELECT count(*) FROM pg_stat_activity WHERE usename LIKE "
                                     "'millrace_query%'") == 0;
    }));
}

void TstQuerySession::aLostServerBreaksTheSession()
{
    auto session = m_scene->session();
    auto answer = session.ask(foreign("SELECT pg_terminate_backend(pg_backend_pid()), g"
                                      " FROM generate_series(1, 10) AS g"),
                              {}, {});
    QVERIFY(textOf(answer).starts_with("error: "));
    QVERIFY(session.isBroken());
    QVERIFY(!session.stop());
    QCOMPARE(session.ask(foreign("SELECT 1"), {}, {}).error().scope, Scope::Connection);
}

void TstQuerySession::theVectorIsWhatTheRowsShow()
{
    m_scene->sql().run("TRUNCATE shop.orders");
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
        SqlClient sql(m_scene->database());
        for (int i = 0; !stop; ++i)
            sql.run("BEGIN; INSERT INTO shop.orders (_partition, _generation, _offset, id)"
                    " SELECT 0, 1, next_offset, " +
                    std::to_string(i) +
                    " FROM millrace.position WHERE topic = 'orders';"
                    "UPDATE millrace.position SET next_offset = next_offset + 1"
                    " WHERE topic = 'orders'; COMMIT");
    });
    auto session = m_scene->session();
    std::int64_t last = -1;
    int moved = 0;
    constexpr int rounds = 500;
    for (int i = 0; i < rounds; ++i) {
        query::Statement statement =
            foreign("SELECT coalesce(max(_offset), -1) + 1, count(*) FROM orders");
        statement.topics = {"orders"};
        auto answer = session.ask(statement, {}, {});
        QVERIFY(answer);
        const std::int64_t next = answer->positions().seen.offsets.at(0).next.value;
        const std::string both = std::to_string(next) + "," + std::to_string(next);
        const std::string text = textOf(answer);
        stop = stop || text != both;
        QCOMPARE(text, both);
        moved += next != last ? 1 : 0;
        last = next;
    }
    stop = true;
    qInfo("%d moments, %d of them different", rounds, moved);
    QVERIFY(moved > rounds / 10);
}

MR_TEST(TstQuerySession)
#include "tst_query_session.moc"
