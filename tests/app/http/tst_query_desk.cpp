// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_desk.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace;
using namespace millrace::http;
using harness::SqlClient;
using nlohmann::json;

class TstQueryDesk : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void answersWithTheTokenOfItsMoment();
    void aRefusalNamesTheStatement_data();
    void aRefusalNamesTheStatement();
    void seesATableMadeAMomentAgo();
    void aTableMadeAfterTheFirstQuestionCanBeAsked();
    void sessionsAreUsedAgain();
    void sessionsThatTheServerClosedAreReplaced();
    void aQuestionNobodyWantsIsCancelled();
    void withoutADatabaseItIsNotReady();
    void anAggregateNeedsNoSql();
    void anAggregateGoesOnWhereSqlIsOff();

private:
    Response aggregate(const std::string& body);
    Response ask(
        const std::string& sql, std::function<bool()> isWanted = [] { return true; });
    std::string m_database;
    std::unique_ptr<CatalogueSource> m_catalogue;
    std::unique_ptr<QueryDesk> m_desk;
};

void TstQueryDesk::init()
{
    m_desk.reset();
    m_database = tests::databaseWithOrders();
    const postgres::Dsn dsn{m_database};
    m_catalogue = std::make_unique<CatalogueSource>(dsn, "test", "public");
    m_desk = std::make_unique<QueryDesk>(dsn, postgres::Dsn{}, "test", "public", *m_catalogue);
    QVERIFY(m_catalogue->fresh());
}

Response TstQueryDesk::ask(const std::string& sql, std::function<bool()> isWanted)
{
    Request request;
    request.isWanted = std::move(isWanted);
    Response response = m_desk->askSql(request, {sql, {}, query::AnswerFormat::Json});
    if (response.stream)
        response.stream([&response](std::string_view bytes) {
            response.body += bytes;
            return true;
        });
    return response;
}

void TstQueryDesk::answersWithTheTokenOfItsMoment()
{
    const Response response = ask("SELECT sum(id) AS total FROM orders");
    QCOMPARE(response.status, 200U);
    QCOMPARE(response.headers.front(),
             (std::pair<std::string, std::string>{"Millrace-Seen", "shop.orders~1/0=5;schema=3"}));
    QCOMPARE(json::parse(response.body).at("rows").size(), std::size_t{1});
}

void TstQueryDesk::aRefusalNamesTheStatement_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<unsigned>("status");
    const auto row = [](const char* sql, unsigned status) {
        QTest::newRow(sql) << std::string(sql) << status;
    };
    row("SELEC 1", 400);
    row("DELETE FROM orders", 400);
    row("SELECT * FROM millrace.topic", 400);
    row("SELECT nam FROM orders", 400);
    row("SELECT 1 / (id - 1) FROM orders", 400);
}

void TstQueryDesk::aRefusalNamesTheStatement()
{
    QFETCH(std::string, sql);
    QFETCH(unsigned, status);
    const Response response = ask(sql);
    if (response.status == 200) // it broke off after its first bytes
        QVERIFY2(response.body.find("error") != std::string::npos, response.body.c_str());
    else
        QCOMPARE(response.status, status);
}

void TstQueryDesk::seesATableMadeAMomentAgo()
{
    SqlClient(m_database)
        .run("CREATE TABLE later (_offset bigint); INSERT INTO millrace.topic (topic, table_name,"
             " table_oid) VALUES ('later', 'later', 'later'::regclass)");
    QCOMPARE(ask("SELECT count(*) FROM later").status, 200U);
}

/// The sessions are there already, and the role may not read the table yet.
void TstQueryDesk::aTableMadeAfterTheFirstQuestionCanBeAsked()
{
    QCOMPARE(ask("SELECT count(*) FROM orders").status, 200U);
    seesATableMadeAMomentAgo();
    QCOMPARE(aggregate(R"({"table":"later","measures":["count"]})").body, std::string("[[0]]\n"));
}

void TstQueryDesk::sessionsThatTheServerClosedAreReplaced()
{
    QCOMPARE(ask("SELECT count(*) FROM orders").status, 200U);
    SqlClient(m_database)
        .run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name ="
             " 'millrace-query/test' AND datname = current_database()");
    QCOMPARE(ask("SELECT count(*) FROM orders").status, 200U);
}

void TstQueryDesk::sessionsAreUsedAgain()
{
    for (int i = 0; i < 5; ++i)
        QCOMPARE(ask("SELECT count(*) FROM orders").status, 200U);
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                        " 'millrace-query/test' AND datname = current_database()"),
             std::string("1"));
}

void TstQueryDesk::aQuestionNobodyWantsIsCancelled()
{
    QElapsedTimer timer;
    timer.start();
    const Response response =
        ask("SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b,"
            " orders",
            [] { return false; });
    QVERIFY2(response.status == 499 || response.status == 400,
             std::to_string(response.status).c_str());
    QVERIFY(timer.elapsed() < 3'000);
}

void TstQueryDesk::withoutADatabaseItIsNotReady()
{
    const postgres::Dsn away{"host=127.0.0.1 port=1 dbname=x"};
    CatalogueSource catalogue(away, "test", "public");
    QueryDesk desk(away, {}, "test", "public", catalogue);
    QCOMPARE(desk.askSql({}, {"SELECT 1", {}, query::AnswerFormat::Json}).status, 503U);
}

Response TstQueryDesk::aggregate(const std::string& body)
{
    Request request;
    request.body = body;
    Response response = m_desk->askAggregate(request, query::AnswerFormat::Rows);
    if (response.stream)
        response.stream([&response](std::string_view bytes) {
            response.body += bytes;
            return true;
        });
    return response;
}

void TstQueryDesk::anAggregateNeedsNoSql()
{
    const Response response = aggregate(R"({"table":"shop.orders","measures":["count"]})");
    QCOMPARE(response.status, 200U);
    QCOMPARE(response.body, std::string("[[3]]\n"));
    const Response wrong = aggregate(R"({"table":"orders","group_by":["nam"]})");
    QCOMPARE(wrong.status, 400U);
    QCOMPARE(wrong.problem->field, std::string("group_by[0].column"));
    QCOMPARE(wrong.problem->nearest, std::string("name"));
    QCOMPARE(aggregate("no json").status, 400U);
}

/// The role may read what it should not: people's SQL is off, and comes back when that is mended.
void TstQueryDesk::anAggregateGoesOnWhereSqlIsOff()
{
    SqlClient sql(m_database);
    sql.run("CREATE TABLE secret (a int); GRANT SELECT ON secret TO PUBLIC");
    const Response refused = ask("SELECT count(*) FROM orders");
    QCOMPARE(refused.status, 403U);
    QVERIFY2(refused.problem->message.find("secret") != std::string::npos,
             refused.problem->message.c_str());
    QCOMPARE(aggregate(R"({"table":"orders","measures":["count"]})").body, std::string("[[3]]\n"));
    QCOMPARE(ask("SELECT count(*) FROM orders").status, 403U);
}

MR_TEST(TstQueryDesk)
#include "tst_query_desk.moc"
