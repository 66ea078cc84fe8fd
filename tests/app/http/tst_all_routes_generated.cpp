// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/all_routes.h"
#include "app/http/http_server.h"
#include "tests/harness/loopback.h"
#include "tests/harness/sql_client.h"
#include "tests/support/request_maker.h"
#include "tests/support/route_client.h"
#include "tests/support/schema_check.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <set>

using namespace millrace;
using namespace millrace::http;
using namespace millrace::tests;
using nlohmann::json;

/// Requests made from /openapi.json, against a real server and database: whatever is asked, the
/// answer is one that the document tells of.
class TstAllRoutesGenerated : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }

    void theCheckFindsFaults_data();
    void theCheckFindsFaults();
    void nothingIsUndeclared_data();
    void nothingIsUndeclared();

private:
    struct Got
    {
        std::string status = {}; ///< empty: no answer
        std::string type = {};
        std::string body = {};
        bool isWhole = true; ///< an answer that breaks off while it streams has no last chunk
    };
    Got ask(const MadeRequest& request);
    std::string faultOf(const ApiOperation& operation, const Got& got);

    std::string m_database;
    std::unique_ptr<StatusSource> m_status;
    std::unique_ptr<CatalogueSource> m_catalogue;
    std::unique_ptr<QueryDesk> m_questions;
    std::unique_ptr<ControlDesk> m_control;
    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
    std::string m_document;
    RequestMaker m_maker{20261125};
};

namespace {

constexpr int requestsPerOperation = 300;

/// False when the last one is not there.
bool joinChunks(std::string& body)
{
    std::string whole;
    for (std::size_t at = 0; at < body.size();) {
        const auto end = body.find("\r\n", at);
        if (end == std::string::npos)
            break;
        const std::size_t size = std::stoul(body.substr(at, end - at), nullptr, 16);
        if (size == 0) {
            body = whole;
            return true;
        }
        whole += body.substr(end + 2, size);
        at = end + 2 + size + 2;
    }
    body = whole;
    return false;
}

} // namespace

void TstAllRoutesGenerated::initTestCase()
{
    m_database = databaseWithOrders();
    const postgres::Dsn dsn{m_database};
    m_status = std::make_unique<StatusSource>(dsn, "test");
    m_catalogue = std::make_unique<CatalogueSource>(dsn, "test", "public");
    m_questions = std::make_unique<QueryDesk>(dsn, postgres::Dsn{}, "test", "public", *m_catalogue);
    m_control = std::make_unique<ControlDesk>(dsn, "test");
    QVERIFY(m_catalogue->fresh());
    const auto live = [] {
        Live now;
        now.ready = true;
        return now;
    };
    m_routes = std::make_unique<Routes>(
        allRoutes({*m_status, *m_catalogue, *m_questions, *m_control, live, "test"}),
        HostRules{Names::Loopback});
    auto server = HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes);
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
    m_document = ask({"GET", "/openapi.json"}).body;
    for (const char* table : {"orders", "shop.orders"})
        m_maker.know("table", table);
    m_maker.know("topic", "shop.orders");
    m_maker.know("id", json::parse(ask({"POST", "/dead-letters/replay", "", "application/json",
                                        R"({"topic":"shop.orders"})"})
                                       .body)
                           .at("id")
                           .dump());
    for (const char* sql :
         {"select count(*), name from orders group by 2", "select * from orders order by id desc",
          "select id, lag(id) over (order by id) from orders", "select 1 / (id - 2) from orders",
          "with a as (select id from orders) select sum(id) from a", "select nothing from orders",
          "select name::int from orders", "select 1"})
        m_maker.know("query", sql);
    for (const char* body :
         {R"({"table":"orders","measures":["count"],"group_by":["name"],"sort":["-count"]})",
          R"({"table":"orders","latest_per":["id"],"where":[{"column":"id","op":">","value":1}],)"
          R"("measures":["count",{"kind":"percentile","column":"id","fraction":0.5}]})",
          R"({"table":"orders","group_by":[{"column":"id","bin":2}],"measures":["count"],)"
          R"("having":[{"measure":"count","op":">=","value":1}],"top":{"count":2,"by":"count"}})",
          R"({"table":"orders","look_ups":[{"table":"orders","as":"o","on":{"id":"id"}}],)"
          R"("measures":["count",{"kind":"sum","column":"id"}],"limit":5})"})
        m_maker.know("body /aggregate", body);
    for (const char* kind : {"replay", "discard"})
        m_maker.know(std::string("body /dead-letters/") + kind,
                     R"({"topic":"shop.orders","partition":0,"offsets":[1,0],"reason":"x"})");
}

TstAllRoutesGenerated::Got TstAllRoutesGenerated::ask(const MadeRequest& request)
{
    Got got;
    const int connection = harness::connectTo("127.0.0.1", m_server->address().port);
    const timeval limit{30, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string text = request.method + " " + request.target +
                       " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    if (!request.accept.empty())
        text += "Accept: " + request.accept + "\r\n";
    if (request.method != "GET")
        text += "Content-Type: " + request.contentType +
                "\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
    text += "\r\n" + request.body;
    std::string answer;
    if (harness::sendAll(connection, text.data(), text.size())) {
        char part[16'384];
        for (ssize_t size = 0; (size = ::recv(connection, part, sizeof part, 0)) > 0;)
            answer.append(part, static_cast<std::size_t>(size));
    }
    ::close(connection);
    const auto end = answer.find("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.") || end == std::string::npos)
        return got;
    got.status = answer.substr(9, 3);
    const std::string name = "\r\nContent-Type: ";
    const auto type = answer.find(name);
    if (type < end) {
        const auto from = type + name.size();
        got.type = answer.substr(from, answer.find_first_of(";\r", from) - from);
    }
    got.body = answer.substr(end + 4);
    if (answer.find("\r\nTransfer-Encoding: chunked\r\n") < end)
        got.isWhole = joinChunks(got.body);
    return got;
}

std::string TstAllRoutesGenerated::faultOf(const ApiOperation& operation, const Got& got)
{
    if (got.status.empty())
        return "no answer";
    if (got.status.front() == '5')
        return "a server's error";
    const json responses = json::parse(operation.text).at("responses");
    if (!responses.contains(got.status))
        return "an undeclared status";
    const json& content = responses.at(got.status).at("content");
    if (!content.contains(got.type))
        return "an undeclared type, " + got.type;
    if (got.type != "application/json" || !got.isWhole)
        return {};
    return schemaFault(got.body, content.at(got.type).at("schema").dump(), m_document);
}

void TstAllRoutesGenerated::theCheckFindsFaults_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char* schema, const char* value, bool fits) {
        QTest::addRow("%s: %s", schema, value) << QByteArray(schema) << QByteArray(value) << fits;
    };
    row("{}", "[1]", true);
    row(R"({"type":"string"})", R"("a")", true);
    row(R"({"type":"string"})", "1", false);
    row(R"({"type":"integer"})", "1", true);
    row(R"({"type":"integer"})", "1.5", false);
    row(R"({"type":["array","object"]})", "{}", true);
    row(R"({"type":["array","object"]})", "null", false);
    row(R"({"enum":["a"]})", R"("b")", false);
    row(R"({"minimum":1,"maximum":2})", "2", true);
    row(R"({"minimum":1,"maximum":2})", "3", false);
    row(R"({"type":"array","items":{"type":"string"}})", R"(["a",1])", false);
    row(R"({"type":"array","minItems":2})", "[1]", false);
    row(R"({"required":["a"]})", R"({"b":1})", false);
    row(R"({"properties":{"a":{"type":"string"}}})", R"({"a":1})", false);
    row(R"({"additionalProperties":false,"properties":{"a":{}}})", R"({"a":1})", true);
    row(R"({"additionalProperties":false,"properties":{"a":{}}})", R"({"b":1})", false);
    row(R"({"additionalProperties":{"type":"string"}})", R"({"b":1})", false);
    row(R"({"$ref":"#/a"})", "1", true);
    row(R"({"$ref":"#/a"})", "null", false);
}

void TstAllRoutesGenerated::theCheckFindsFaults()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, value);
    QFETCH(bool, fits);
    const std::string fault =
        schemaFault(value.toStdString(), schema.toStdString(), R"({"a":{"type":"integer"}})");
    QVERIFY2(fault.empty() == fits, fault.c_str());
}

void TstAllRoutesGenerated::nothingIsUndeclared_data()
{
    QTest::addColumn<int>("index");
    const auto operations = operationsOf(m_document);
    for (std::size_t i = 0; i < operations.size(); ++i)
        QTest::addRow("%s %s", operations[i].method.c_str(), operations[i].path.c_str())
            << static_cast<int>(i);
}

void TstAllRoutesGenerated::nothingIsUndeclared()
{
    QFETCH(int, index);
    const ApiOperation operation = operationsOf(m_document)[static_cast<std::size_t>(index)];
    std::map<std::string, int> statuses;
    for (int i = 0; i < requestsPerOperation; ++i) {
        const MadeRequest request = m_maker.make(operation);
        const Got got = ask(request);
        const std::string fault = faultOf(operation, got);
        QVERIFY2(fault.empty(),
                 (fault + ": " + request.method + " " + request.target + " " + request.accept +
                  " " + request.body + " -> " + got.status + " " + got.body.substr(0, 500))
                     .c_str());
        ++statuses[got.status + (got.isWhole ? "" : " broken off")];
    }
    std::string told;
    for (const auto& [status, count] : statuses)
        told += " " + status + ": " + std::to_string(count);
    qInfo("%s", told.c_str());
    if (ask({operation.method, operation.path}).body.find("\"not_built\"") != std::string::npos)
        QSKIP("this build has no such page");
    QVERIFY2(statuses.begin()->first.front() == '2', "no request was a good one");
    QCOMPARE(harness::SqlClient(m_database).number("SELECT count(*) FROM orders"), 3);
}

MR_TEST(TstAllRoutesGenerated)
#include "tst_all_routes_generated.moc"
