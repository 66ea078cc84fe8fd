// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_routes.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;

class TstQueryRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void answersInTheFormatAskedFor_data();
    void answersInTheFormatAskedFor();
    void aBodySaysTheSame_data();
    void aBodySaysTheSame();
    void asksForTheStatement();
    void anUnknownFormatIsRefused();
    void acceptChoosesTheFormat_data();
    void acceptChoosesTheFormat();

private:
    std::unique_ptr<CatalogueSource> m_catalogue;
    std::unique_ptr<QueryDesk> m_desk;
};

void TstQueryRoutes::initTestCase()
{
    const postgres::Dsn dsn{tests::databaseWithOrders()};
    m_catalogue = std::make_unique<CatalogueSource>(dsn, "test", "public");
    m_desk = std::make_unique<QueryDesk>(dsn, postgres::Dsn{}, "test", "public", *m_catalogue);
    QVERIFY(m_catalogue->fresh());
}

void TstQueryRoutes::answersInTheFormatAskedFor_data()
{
    QTest::addColumn<std::string>("format");
    QTest::addColumn<std::string>("type");
    QTest::addColumn<std::string>("contains");
    const auto row = [](const char* format, const char* type, const char* contains) {
        QTest::newRow(format) << std::string(format) << std::string(type) << std::string(contains);
    };
    row("", "application/json", "\"columns\"");
    row("&format=json", "application/json", "\"columns\"");
    row("&format=csv", "text/csv", "1,one");
    row("&format=ndjson", "application/x-ndjson", "\"one\"");
    row("&format=rows", "application/json", "\"one\"");
}

void TstQueryRoutes::answersInTheFormatAskedFor()
{
    QFETCH(std::string, format);
    QFETCH(std::string, type);
    QFETCH(std::string, contains);
    const Response response = tests::askRoutes(
        queryRoutes(*m_desk), "GET",
        "/query?query=SELECT%20id,%20name%20FROM%20orders%20ORDER%20BY%201" + format);
    QCOMPARE(response.status, 200U);
    QVERIFY2(response.contentType.starts_with(type), response.contentType.c_str());
    QVERIFY2(response.body.find(contains) != std::string::npos, response.body.c_str());
}

void TstQueryRoutes::aBodySaysTheSame_data()
{
    QTest::addColumn<std::string>("body");
    QTest::addColumn<unsigned>("status");
    QTest::addColumn<std::string>("says"); // of an answer a part, of a refusal the field
    const auto row = [](const char* body, unsigned status, const char* says) {
        QTest::newRow(body) << std::string(body) << status << std::string(says);
    };
    row(R"({"query": "SELECT count(*) FROM orders", "format": "rows"})", 200, "[[3]");
    row(R"({"query": "SELECT count(*) FROM orders"})", 200, "columns");
    row(R"({"query": "SELECT name FROM orders WHERE id = $1", "params": [2], "format": "rows"})",
        200, "[[\"");
    row(R"({"query": "DELETE FROM orders"})", 400, "query");
    row(R"({"query": "SELECT id FROM orders WHERE id = $1"})", 400, "query");
    row(R"({"query": "SELECT 1", "params": {}})", 400, "params");
    row(R"({"query": "SELECT 1 FROM orders", "format": "xml"})", 400, "format");
    row(R"({"query": 1})", 400, "query");
    row(R"({"sql": "SELECT 1"})", 400, "sql");
    row(R"({"format": "csv"})", 400, "query");
    row("{}", 400, "query");
    row("[]", 400, "");
    row("", 400, "");
}

void TstQueryRoutes::aBodySaysTheSame()
{
    QFETCH(std::string, body);
    QFETCH(unsigned, status);
    QFETCH(std::string, says);
    const Response response = tests::askRoutes(queryRoutes(*m_desk), "POST",
                                               "/query?query=SELECT%202%20FROM%20orders", body);
    QCOMPARE(response.status, status);
    if (status == 200)
        QVERIFY2(response.body.find(says) != std::string::npos, response.body.c_str());
    else
        QCOMPARE(response.problem->field, says);
}

void TstQueryRoutes::asksForTheStatement()
{
    const Response response = tests::askRoutes(queryRoutes(*m_desk), "GET", "/query");
    QCOMPARE(response.status, 400U);
    QCOMPARE(response.problem->field, std::string("query"));
}

void TstQueryRoutes::anUnknownFormatIsRefused()
{
    const Response response = tests::askRoutes(
        queryRoutes(*m_desk), "GET", "/query?query=SELECT%201%20FROM%20orders&format=xml");
    QCOMPARE(response.status, 400U);
    QCOMPARE(response.problem->field, std::string("format"));
}

void TstQueryRoutes::acceptChoosesTheFormat_data()
{
    QTest::addColumn<std::string>("accept");
    QTest::addColumn<int>("format");
    const auto row = [](const char* accept, query::AnswerFormat format) {
        QTest::newRow(accept) << std::string(accept) << static_cast<int>(format);
    };
    row("", query::AnswerFormat::Rows);
    row("*/*", query::AnswerFormat::Rows);
    row("application/json", query::AnswerFormat::Rows);
    row("text/csv", query::AnswerFormat::Csv);
    row("application/x-ndjson, text/csv", query::AnswerFormat::NdJson);
    row("text/csv, application/json", query::AnswerFormat::Csv);
}

void TstQueryRoutes::acceptChoosesTheFormat()
{
    QFETCH(std::string, accept);
    QFETCH(int, format);
    Request request;
    request.accept = accept;
    QCOMPARE(static_cast<int>(*formatOf(request, query::AnswerFormat::Rows)), format);
    request.parameters = {{"format", "csv"}};
    QCOMPARE(*formatOf(request, query::AnswerFormat::Rows), query::AnswerFormat::Csv);
}

MR_TEST(TstQueryRoutes)
#include "tst_query_routes.moc"
