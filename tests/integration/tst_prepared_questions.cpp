// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/wait_until.h"
#include "tests/integration/question_scene.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <thread>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// What a session keeps between questions, and tables that change meanwhile.
class TstPreparedQuestions : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_cluster.start();
        m_scene = std::make_unique<QuestionScene>(m_cluster);
        m_scene->sql().run("INSERT INTO shop.orders (id, note) SELECT g, 'n' || g"
                           " FROM generate_series(1, 100) AS g");
    }
    void preparedOnceAskedOften();
    void newColumnsMakePreparedOnesNew();
    void manyTextsDoNotFillTheSession();
    void aTableThatIsRewrittenMeanwhileHasItsRows();

private:
    PostgresCluster m_cluster;
    std::unique_ptr<QuestionScene> m_scene;
};

namespace {

std::string asked(query::QuerySession& session, const std::string& sql)
{
    auto answer = session.ask(foreign(sql), {}, {});
    return textOf(answer);
}

} // namespace

void TstPreparedQuestions::preparedOnceAskedOften()
{
    auto session = m_scene->session();
    const std::string preparedSql =
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT note%'";
    query::Statement statement = foreign("SELECT note FROM orders WHERE id = $1");
    for (int id = 1; id <= 20; ++id) {
        statement.params = {std::to_string(id)};
        auto answer = session.ask(statement, {}, {});
        QCOMPARE(textOf(answer), "n" + std::to_string(id));
    }
    QCOMPARE(asked(session, preparedSql), std::string("1"));
    statement.params = {"no number"};
    QVERIFY(!session.ask(statement, {}, {})); // everything is discarded after an error
    QCOMPARE(asked(session, preparedSql), std::string("0"));
}

void TstPreparedQuestions::newColumnsMakePreparedOnesNew()
{
    auto session = m_scene->session();
    query::Statement statement = foreign("SELECT * FROM customers WHERE customer_id = $1");
    statement.params = {"1"};
    const auto columns = [&] {
        auto answer = session.ask(statement, {}, {});
        return answer ? static_cast<int>(answer->columns().size()) : -1;
    };
    const int before = columns();
    QVERIFY(before > 0);
    m_scene->sql().run("ALTER TABLE shop.customers ADD COLUMN late text");
    QCOMPARE(columns(), before + 1);
    m_scene->sql().run("ALTER TABLE shop.customers DROP COLUMN late");
    QCOMPARE(columns(), before);
}

void TstPreparedQuestions::manyTextsDoNotFillTheSession()
{
    auto session = m_scene->session();
    for (int i = 0; i < 200; ++i) {
        query::Statement statement = foreign("SELECT $1::int + " + std::to_string(i));
        statement.params = {"1"};
        auto answer = session.ask(statement, {}, {});
        QCOMPARE(textOf(answer), std::to_string(i + 1));
    }
    QVERIFY(std::stoi(asked(session, "SELECT count(*) FROM pg_prepared_statements")) < 100);
}

void TstPreparedQuestions::aTableThatIsRewrittenMeanwhileHasItsRows()
{
    query::Statement statement = foreign("SELECT count(*) FROM customers");
    statement.tables = {"\"shop\".\"customers\""};
    statement.topics = {"customers"};
    SqlClient owner(m_scene->database());
    owner.run("INSERT INTO shop.customers (customer_id) SELECT g FROM generate_series(1, 100) AS g;"
              "BEGIN; ALTER TABLE shop.customers ALTER customer_id TYPE numeric");
    const std::string rows = owner.value("SELECT count(*) FROM shop.customers");
    auto session = m_scene->session();
    std::string told;
    std::jthread asking([&] {
        auto answer = session.ask(statement, {}, {});
        told = textOf(answer);
    });
    SqlClient watch(m_scene->database());
    const bool isWaiting = waitUntil(
        5s, [&] { return watch.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1; });
    owner.run("COMMIT");
    asking.join();
    QVERIFY(isWaiting);
    QCOMPARE(told, rows);
}

MR_TEST(TstPreparedQuestions)
#include "tst_prepared_questions.moc"
