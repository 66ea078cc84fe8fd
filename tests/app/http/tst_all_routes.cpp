// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/access_gate.h"
#include "app/http/all_routes.h"
#include "app/http/openapi.h"
#include "app/http/percent.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <memory>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

namespace {

const postgres::Dsn nowhere{"host=127.0.0.1 port=1 dbname=x"};

/// Routes of a server whose database is away.
struct Away
{
    StatusSource status{nowhere, "test"};
    CatalogueSource catalogue{nowhere, "test", "public"};
    QueryDesk questions{nowhere, {}, "test", "public", catalogue};
    ControlDesk control{nowhere, "test"};
    std::vector<Route> routes =
        allRoutes({status, catalogue, questions, control, [] { return Live{}; }, "test"});
};

Request requestOf(const Route& route, const std::string& parameter = {})
{
    Request request;
    request.method = route.method;
    request.segments = *pathSegments(route.path);
    if (!parameter.empty())
        request.parameters = {{parameter, "select 1"}};
    request.contentType = "application/json";
    request.remote = "10.0.0.1";
    return request;
}

} // namespace

class TstAllRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void noPathIsThereTwice();
    void everyChangeNeedsMoreThanReading();
    void everyRouteIsBehindTheGate();
    void everyRouteIsDocumented();
    void theDocumentTellsOfEveryRoute();
    void withoutADatabaseNothingIsUndeclared();

private:
    unsigned ask(const Route& route, bool isLoopback, const std::string& token);

    std::unique_ptr<Away> m_away;
    QTemporaryDir m_folder;
    std::string m_file = m_folder.filePath("tokens").toStdString();
};

void TstAllRoutes::initTestCase()
{
    m_away = std::make_unique<Away>();
    TokenList list;
    for (const Access scope : {Access::Read, Access::Sql, Access::Operate, Access::Admin})
        QVERIFY(list.add(std::string(scopeText(scope)), {scope}, scopeText(scope)));
    QVERIFY(list.write(m_file));
}

/// Status behind a gate of its own; 200 when the gate lets it pass.
unsigned TstAllRoutes::ask(const Route& route, bool isLoopback, const std::string& token)
{
    AccessGate gate({isLoopback, false, m_file});
    const HostRules hosts{isLoopback ? Names::Loopback : Names::Any};
    const Routes routes(m_away->routes, hosts, [&gate](const Request& request, Access needs) {
        return gate.check(request, needs);
    });
    Request request = requestOf(route);
    if (!token.empty())
        request.authorization = "Bearer " + token;
    const Routed routed = routes.find(request);
    return routed.isRefusal ? routed.answer(request).status : 200;
}

void TstAllRoutes::noPathIsThereTwice()
{
    std::set<std::string> seen;
    for (const Route& route : m_away->routes)
        QVERIFY2(seen.insert(route.method + " " + route.path).second, route.path.c_str());
    QVERIFY(seen.size() >= 14);
}

void TstAllRoutes::everyChangeNeedsMoreThanReading()
{
    const std::set<std::string> questions{"/query", "/aggregate"}; // whose text is a body
    for (const Route& route : m_away->routes) {
        if (route.method != "GET" && !questions.contains(route.path))
            QVERIFY2(route.needs == Access::Operate || route.needs == Access::Admin,
                     route.path.c_str());
        if (route.path == "/query")
            QVERIFY(route.needs == Access::Sql);
        if (!route.slowWith.empty())
            QVERIFY2(route.needsWith == Access::Sql, route.path.c_str());
    }
}

void TstAllRoutes::everyRouteIsBehindTheGate()
{
    const auto others = {Access::Read, Access::Sql, Access::Operate};
    for (const Route& route : m_away->routes) {
        const char* path = route.path.c_str();
        if (route.needs == Access::Open)
            continue;
        const bool isForAll = route.needs == Access::Read || route.needs == Access::Sql;
        QVERIFY2(ask(route, false, "") == (route.toStrangers ? 200 : 401), path);
        QVERIFY2(ask(route, true, "") == (isForAll ? 200 : 401), path);
        for (const bool isLoopback : {false, true}) {
            QVERIFY2(ask(route, isLoopback, "wrong") == 401, path);
            QVERIFY2(ask(route, isLoopback, "admin") == 200, path);
            for (const Access scope : others)
                QVERIFY2(ask(route, isLoopback, std::string(scopeText(scope))) ==
                             (scope == route.needs ? 200U : 403U),
                         path);
        }
    }
}

/// A route that says too little of itself fails here.
void TstAllRoutes::everyRouteIsDocumented()
{
    for (const Route& route : m_away->routes) {
        const char* path = route.path.c_str();
        QVERIFY2(!route.help.empty() && !route.text.answers.empty(), path);
        for (const AnswerText& answer : route.text.answers) {
            const bool isJson = !answer.types.empty() && answer.types.front() == "application/json";
            QVERIFY2(!answer.help.empty() && answer.schema.empty() != isJson, path);
            QVERIFY2(answer.schema.empty() || json::accept(answer.schema), path);
            QVERIFY2(answer.example.empty() || json::accept(answer.example), path);
        }
        QVERIFY2(route.text.bodySchema.empty() || json::accept(route.text.bodySchema), path);
        std::set<std::string> named;
        for (const ParameterText& parameter : route.text.parameters) {
            QVERIFY2(!parameter.help.empty() && named.insert(parameter.name).second, path);
            QVERIFY2(parameter.schema.empty() || json::accept(parameter.schema), path);
        }
        const Request request = requestOf(route);
        for (const std::string& segment : request.segments) {
            if (segment.starts_with('{'))
                QVERIFY2(named.contains(segment.substr(1, segment.size() - 2)), path);
        }
        if (!route.slowWith.empty())
            QVERIFY2(named.contains(route.slowWith), path);
    }
}

void TstAllRoutes::theDocumentTellsOfEveryRoute()
{
    Request request;
    request.method = "GET";
    request.segments = {"openapi.json"};
    const json document =
        json::parse(Routes(m_away->routes, {Names::Loopback}).answer(request).body);
    std::set<std::string> ids;
    for (const Route& route : m_away->routes) {
        const json& told =
            document.at("paths").at(route.path).at(route.method == "GET" ? "get" : "post");
        QVERIFY(ids.insert(told.at("operationId").get<std::string>()).second);
    }
}

void TstAllRoutes::withoutADatabaseNothingIsUndeclared()
{
    const Routes routes(m_away->routes, HostRules{Names::Loopback});
    const json paths = json::parse(openApiOf(m_away->routes)).at("paths");
    for (const Route& route : m_away->routes) {
        const Response response = routes.answer(requestOf(route, "query"));
        const json& told = paths.at(route.path).at(route.method == "GET" ? "get" : "post");
        const std::string status = std::to_string(response.status);
        QVERIFY2(told.at("responses").contains(status), (route.path + " " + status).c_str());
        QVERIFY2(response.status != 500, route.path.c_str());
    }
}

MR_TEST(TstAllRoutes)
#include "tst_all_routes.moc"
