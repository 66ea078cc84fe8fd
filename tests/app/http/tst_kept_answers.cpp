// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/gzip.h"
#include "app/http/kept_answers.h"
#include "app/http/query_desk.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <future>
#include <memory>

using namespace millrace;
using namespace millrace::http;
using harness::SqlClient;

namespace {

constexpr const char* question = "SELECT count(*), max(_offset) FROM orders";
constexpr const char* landOne =
    "BEGIN; INSERT INTO orders SELECT 0, next_offset, next_offset, 'x' FROM millrace.position;"
    "UPDATE millrace.position SET next_offset = next_offset + 1, rows = rows + 1; COMMIT";

std::string header(const Response& response, const std::string& name)
{
    for (const auto& [key, value] : response.headers) {
        if (key == name)
            return value;
    }
    return {};
}

Request get(const std::string& sql)
{
    return {"GET", {"query"}, {{"query", sql}}};
}

} // namespace

/// Through the desk whose workers teach it.
class TstKeptAnswers : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void whatAWorkerAnsweredNeedsNoWorker();
    void aPostIsKnownByItsBody();
    void whatIsAskedOtherwiseIsAnotherRequest_data();
    void whatIsAskedOtherwiseIsAnotherRequest();
    void aClientsOwnCopyIsEnough();
    void aPostWhoseAnswerIsTheSameFails();
    void volatileQuestionsNeedAWorker();
    void anotherCatalogueNeedsAWorker();
    void whereSqlIsOffNothingIsLearnt();
    void largeAnswersAreCompressedOnce();
    void waitsForOffsets();
    void offsetsThatAreNoneAreRefused();

private:
    Response ask(const Request& request);
    std::optional<Response> early(const Request& request);
    void open(const std::string& database);

    std::string m_database;
    std::unique_ptr<CatalogueSource> m_catalogue;
    std::unique_ptr<QueryDesk> m_desk;
};

void TstKeptAnswers::init()
{
    open(tests::databaseWithOrders());
}

void TstKeptAnswers::open(const std::string& database)
{
    m_desk.reset();
    m_database = database;
    m_catalogue = std::make_unique<CatalogueSource>(postgres::Dsn{m_database}, "test", "public");
    m_desk = std::make_unique<QueryDesk>(postgres::Dsn{m_database}, postgres::Dsn{}, "test",
                                         "public", *m_catalogue);
    QVERIFY(m_catalogue->fresh());
}

/// By a worker.
Response TstKeptAnswers::ask(const Request& request)
{
    const bool isAggregate = request.segments.front() == "aggregate";
    Response response =
        isAggregate ? m_desk->askAggregate(request, query::AnswerFormat::Json)
                    : m_desk->askSql(request, {std::string(request.parameter("query").value_or("")),
                                               {},
                                               query::AnswerFormat::Json});
    if (response.stream)
        response.stream([&response](std::string_view bytes) {
            response.body += bytes;
            return true;
        });
    return response;
}

std::optional<Response> TstKeptAnswers::early(const Request& request)
{
    const auto promise = std::make_shared<std::promise<std::optional<Response>>>();
    m_desk->answerEarly(request, [promise](std::optional<Response> response) {
        promise->set_value(std::move(response));
    });
    auto response = promise->get_future().get();
    if (response && response->stream)
        response->stream([&response](std::string_view bytes) {
            response->body += bytes;
            return true;
        });
    return response;
}

void TstKeptAnswers::whatAWorkerAnsweredNeedsNoWorker()
{
    QVERIFY(!early(get(question)));
    const Response first = ask(get(question));
    QCOMPARE(first.status, 200U);
    const auto second = early(get(question));
    QVERIFY(second);
    QCOMPARE(second->body, first.body);
    QCOMPARE(header(*second, "Millrace-Cache"), std::string("hit"));
    for (const char* name : {"ETag", "Millrace-Seen", "Vary"})
        QCOMPARE(header(*second, name), header(first, name));
    SqlClient(m_database).run(landOne);
    QVERIFY(!early(get(question)));
    QVERIFY(m_catalogue->fresh());
    QCOMPARE(ask(get(question)).status, 200U);
    QVERIFY(early(get(question)));
    QCOMPARE(m_desk->cacheFigures().answers, std::int64_t{1});
}

void TstKeptAnswers::aPostIsKnownByItsBody()
{
    Request request{"POST", {"aggregate"}};
    request.body = R"({"table":"orders","measures":["count"]})";
    const Response first = ask(request);
    QCOMPARE(first.status, 200U);
    const auto second = early(request);
    QVERIFY(second);
    QCOMPARE(second->body, first.body);
    request.body = R"({"table":"orders","measures":["count"],"limit":1})";
    QVERIFY(!early(request));
}

void TstKeptAnswers::whatIsAskedOtherwiseIsAnotherRequest_data()
{
    QTest::addColumn<std::string>("what");
    for (const char* what : {"method", "path", "format", "accept", "sql"})
        QTest::newRow(what) << std::string(what);
}

void TstKeptAnswers::whatIsAskedOtherwiseIsAnotherRequest()
{
    QFETCH(std::string, what);
    QCOMPARE(ask(get(question)).status, 200U);
    Request other = get(what == "sql" ? "SELECT count(*) FROM orders" : question);
    if (what == "method")
        other.method = "POST";
    if (what == "path")
        other.segments = {"columns-of-table", "orders"};
    if (what == "format")
        other.parameters.emplace_back("format", "csv");
    if (what == "accept")
        other.accept = "text/csv";
    QVERIFY(!early(other));
}

void TstKeptAnswers::aClientsOwnCopyIsEnough()
{
    Request request = get(question);
    const Response first = ask(request);
    request.ifNoneMatch = header(first, "ETag");
    const auto second = early(request);
    QVERIFY(second);
    QCOMPARE(second->status, 304U);
    QCOMPARE(header(*second, "ETag"), header(first, "ETag"));
    QVERIFY(second->body.empty());
}

void TstKeptAnswers::aPostWhoseAnswerIsTheSameFails()
{
    Request request{"POST", {"aggregate"}};
    request.body = R"({"table":"orders","measures":["count"]})";
    request.ifNoneMatch = header(ask(request), "ETag");
    QCOMPARE(early(request)->status, 412U);
    SqlClient(m_database).run(landOne);
    QVERIFY(!early(request));
}

void TstKeptAnswers::volatileQuestionsNeedAWorker()
{
    const Request request = get("SELECT count(*), now() FROM orders");
    QCOMPARE(ask(request).status, 200U);
    QVERIFY(!early(request));
}

void TstKeptAnswers::anotherCatalogueNeedsAWorker()
{
    QCOMPARE(ask(get(question)).status, 200U);
    SqlClient(m_database).run("ALTER TABLE orders RENAME TO renamed");
    QVERIFY(m_catalogue->fresh()->find("renamed"));
    QVERIFY(!early(get(question)));
    QCOMPARE(ask(get(question)).status, 400U);
}

void TstKeptAnswers::whereSqlIsOffNothingIsLearnt()
{
    QCOMPARE(ask(get(question)).status, 200U);
    const std::string database = m_database;
    SqlClient(database).run("CREATE TABLE secret (a int); GRANT SELECT ON secret TO PUBLIC");
    open(database);
    QCOMPARE(ask(get(question)).status, 403U);
    QVERIFY(!early(get(question)));
}

void TstKeptAnswers::largeAnswersAreCompressedOnce()
{
    Request request = get("SELECT i, 'some words' FROM generate_series(1, 500) i, orders");
    const Response plain = ask(request);
    QVERIFY(plain.body.size() > zippedBytesMin);
    request.acceptEncoding = "gzip";
    const auto first = early(request);
    QVERIFY2(first && first->stream, "a worker has the time for it");
    QCOMPARE(header(*first, "Content-Encoding"), std::string("gzip"));
    QVERIFY(first->body.size() < plain.body.size() / 2);
    const auto second = early(request);
    QVERIFY(second && !second->stream && second->body == first->body);
    QCOMPARE(header(*second, "Content-Encoding"), std::string("gzip"));
    for (const char* name : {"ETag", "Vary"})
        QCOMPARE(header(*second, name), header(plain, name));
    request.acceptEncoding = "br";
    const auto third = early(request);
    QVERIFY(third && third->body == plain.body);
    request.ifNoneMatch = header(plain, "ETag");
    QCOMPARE(early(request)->status, 304U);

    request = get(question);
    request.acceptEncoding = "gzip";
    QVERIFY(ask(request).status == 200 && early(request));
    QVERIFY(header(*early(request), "Content-Encoding").empty());
}

void TstKeptAnswers::waitsForOffsets()
{
    Request request = get(question);
    request.parameters.emplace_back("min-offsets", "shop.orders/0=6");
    bool isThere = true;
    request.isWanted = [&isThere] { return std::exchange(isThere, false); };
    QCOMPARE(early(request)->status, 499U);
    request.isWanted = [] { return true; };
    SqlClient(m_database).run(landOne);
    QVERIFY(!early(request));
    QVERIFY(m_catalogue->fresh()); // tells how large the tables are, too
    QCOMPARE(ask(request).status, 200U);
    const auto known = early(request);
    QVERIFY(known);
    QVERIFY2(header(*known, "Millrace-Seen").starts_with("shop.orders~1/0=6;"),
             header(*known, "Millrace-Seen").c_str());
    request.parameters.back().second = header(*known, "Millrace-Seen");
    QVERIFY(early(request));
}

void TstKeptAnswers::offsetsThatAreNoneAreRefused()
{
    Request request = get(question);
    request.parameters.emplace_back("min-offsets", "orders=5");
    const auto refused = early(request);
    QVERIFY(refused);
    QCOMPARE(refused->status, 400U);
    QCOMPARE(refused->problem->field, std::string("min-offsets"));
}

MR_TEST(TstKeptAnswers)
#include "tst_kept_answers.moc"
