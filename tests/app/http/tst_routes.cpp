// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/percent.h"
#include "app/http/routes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace::http;

namespace {

/// As the gate sees it: who asks needs what.
Gate sawNeeds(std::vector<Access>& seen)
{
    return [&seen](const Request&, Access needs) -> std::optional<Response> {
        seen.push_back(needs);
        return std::nullopt;
    };
}

Routes routes(bool loopbackOnly, Gate gate = {}) // else any name
{
    const auto answer = [](const Request&) {
        Response response;
        response.body = "here";
        return response;
    };
    return Routes(
        {{"/health", "how it is", Pace::Quick, answer},
         {"/tables/{table}/rows", "", Pace::Slow, answer},
         {"/with", "", Pace::Quick, answer, "query", "GET", Access::Read, {}, Access::Sql},
         {"/both", "asks", Pace::Quick, answer},
         {"/both", "changes", Pace::Quick, answer, "", "POST", Access::Operate}},
        {loopbackOnly ? Names::Loopback : Names::Any}, std::move(gate));
}

Request request(const std::string& method, const std::string& path,
                std::optional<std::string> host = "localhost",
                std::optional<std::string> origin = std::nullopt)
{
    Request made;
    made.method = method;
    made.segments = *pathSegments(path);
    made.host = std::move(host);
    made.origin = std::move(origin);
    made.id = "7";
    return made;
}

} // namespace

class TstRoutes : public QObject
{
    Q_OBJECT

private slots:
    void answersByPathAndMethod_data();
    void answersByPathAndMethod();
    void tellsTheNearestPath();
    void capturesWhatThePatternLeavesOpen();
    void theIndexNamesEveryRoute();
    void tellsTheMethodsOfAPath();
    void aChangeMustBeJson_data();
    void aChangeMustBeJson();
    void theGateSeesWhatIsNeeded();
    void aParameterCanNeedMore();
    void strangersMayGetLess();
    void foreignHostsAreTurnedAway();
    void foreignPagesAreTurnedAway_data();
    void foreignPagesAreTurnedAway();
};

void TstRoutes::answersByPathAndMethod_data()
{
    QTest::addColumn<std::string>("method");
    QTest::addColumn<std::string>("path");
    QTest::addColumn<unsigned>("status");
    const auto row = [](const std::string& method, const std::string& path, unsigned status) {
        QTest::addRow("%s %s", method.c_str(), path.c_str()) << method << path << status;
    };
    row("GET", "/health", 200);
    row("HEAD", "/health", 200);
    row("GET", "/", 200);
    row("GET", "/tables/a%2Fb/rows", 200);
    row("POST", "/health", 405);
    row("DELETE", "/", 405);
    row("GET", "/health/", 200);
    row("GET", "/tables/a/b/rows", 404);
    row("GET", "/tables/rows", 404);
    row("POST", "/nothing", 404);
}

void TstRoutes::answersByPathAndMethod()
{
    QFETCH(std::string, method);
    QFETCH(std::string, path);
    QFETCH(unsigned, status);
    const Response response = routes(false).answer(request(method, path, "any.example"));
    QCOMPARE(response.status, status);
    QCOMPARE(response.headers.empty(), status != 405);
    if (status >= 400)
        QCOMPARE(nlohmann::json::parse(response.body).at("request"), "7");
}

void TstRoutes::tellsTheNearestPath()
{
    const Response response = routes(false).answer(request("GET", "/heath"));
    QVERIFY(nlohmann::json::parse(response.body)
                .at("message")
                .get<std::string>()
                .ends_with("the nearest one is /health"));
}

void TstRoutes::capturesWhatThePatternLeavesOpen()
{
    Request asked = request("GET", "/tables/a%2Fb/rows");
    const Routed routed = routes(false).find(asked);
    QCOMPARE(asked.captured, std::vector<std::string>{"a/b"});
    QVERIFY(routed.pace == Pace::Slow);
}

void TstRoutes::theIndexNamesEveryRoute()
{
    const auto index = nlohmann::json::parse(routes(true).answer(request("GET", "/")).body);
    QCOMPARE(index.at("/health").get<std::string>(), std::string("how it is"));
    QCOMPARE(index.at("/both").get<std::string>(), std::string("asks"));
    QCOMPARE(index.at("POST /both").get<std::string>(), std::string("changes"));
}

void TstRoutes::tellsTheMethodsOfAPath()
{
    using Headers = std::vector<std::pair<std::string, std::string>>;
    const Response both = routes(true).answer(request("OPTIONS", "/both"));
    QCOMPARE(both.status, 204U);
    QCOMPARE(both.headers, (Headers{{"Allow", "GET, HEAD, POST, OPTIONS"}}));
    const Response wrong = routes(true).answer(request("POST", "/health"));
    QCOMPARE(wrong.status, 405U);
    QCOMPARE(wrong.headers, (Headers{{"Allow", "GET, HEAD, OPTIONS"}}));
    QCOMPARE(routes(true).answer(request("OPTIONS", "/nothing")).status, 404U);
    QCOMPARE(routes(true).answer(request("OPTIONS", "/both", "evil.example")).status, 421U);
}

void TstRoutes::aChangeMustBeJson_data()
{
    QTest::addColumn<std::string>("type");
    QTest::addColumn<unsigned>("status");
    const auto row = [](const char* type, unsigned status) {
        QTest::newRow(type) << std::string(type) << status;
    };
    row("application/json", 200);
    row("Application/JSON; charset=utf-8", 200);
    row("application/jsonp", 415);
    row("application/x-www-form-urlencoded", 415);
    row("text/plain", 415);
    row("text/plain; application/json", 415);
    row("", 415);
}

void TstRoutes::aChangeMustBeJson()
{
    QFETCH(std::string, type);
    QFETCH(unsigned, status);
    Request asked = request("POST", "/both");
    asked.contentType = type;
    QCOMPARE(routes(true).answer(asked).status, status);
    asked.contentType.reset();
    QCOMPARE(routes(true).answer(asked).status, 415U);
}

void TstRoutes::theGateSeesWhatIsNeeded()
{
    const auto readersOnly = [](const Request&, Access needs) -> std::optional<Response> {
        if (needs == Access::Read)
            return std::nullopt;
        return errorResponse(403, "scope", "not you");
    };
    Request asked = request("GET", "/both");
    QCOMPARE(routes(true, readersOnly).answer(asked).status, 200U);
    QVERIFY(!routes(true, readersOnly).find(asked).isRefusal);
    asked.method = "POST";
    QCOMPARE(routes(true, readersOnly).answer(asked).status, 403U); // before its type is looked at
    QVERIFY(routes(true, readersOnly).find(asked).isRefusal);
}

void TstRoutes::aParameterCanNeedMore()
{
    std::vector<Access> seen;
    const Routes shown = routes(true, sawNeeds(seen));
    Request asked = request("GET", "/with");
    QVERIFY(shown.find(asked).pace == Pace::Quick);
    asked.parameters = {{"other", ""}};
    QVERIFY(shown.find(asked).pace == Pace::Quick);
    asked.parameters = {{"query", ""}};
    QVERIFY(shown.find(asked).pace == Pace::Question);
    QVERIFY((seen == std::vector{Access::Read, Access::Read, Access::Sql}));
}

void TstRoutes::strangersMayGetLess()
{
    const auto say = [](const char* text) {
        return [text](const Request&) {
            Response response;
            response.body = text;
            return response;
        };
    };
    Route route;
    route.path = "/health";
    route.answer = say("all");
    route.toStrangers = say("little");
    const Routes shown({route}, {}, [](const Request& asked, Access) -> std::optional<Response> {
        return asked.authorization == "good" ? std::nullopt
                                             : std::optional(errorResponse(401, "token", "no"));
    });
    Request asked = request("GET", "/health");
    QCOMPARE(shown.answer(asked).body, std::string("little"));
    asked.authorization = "bad";
    QCOMPARE(shown.answer(asked).status, 401U);
    asked.authorization = "good";
    QCOMPARE(shown.answer(asked).body, std::string("all"));
}

void TstRoutes::foreignHostsAreTurnedAway()
{
    QCOMPARE(routes(true).answer(request("GET", "/health", "evil.example")).status, 421U);
    QCOMPARE(routes(true).answer(request("GET", "/nothing", "evil.example")).status, 421U);
    QCOMPARE(routes(true).answer(request("GET", "/health", "localhost:8080")).status, 200U);
    QCOMPARE(routes(true).answer(request("GET", "/health", std::nullopt)).status, 200U); // HTTP/1.0
    QCOMPARE(routes(false).answer(request("GET", "/health", "evil.example")).status, 200U);
}

void TstRoutes::foreignPagesAreTurnedAway_data()
{
    QTest::addColumn<std::string>("origin");
    QTest::addColumn<unsigned>("status");
    const auto row = [](const char* origin, unsigned status) {
        QTest::newRow(origin) << std::string(origin) << status;
    };
    row("http://localhost:8080", 200);
    row("http://127.0.0.1:3000", 200);
    row("https://[::1]:8443", 200);
    row("https://evil.example", 403);
    row("http://localhost.evil.example", 403);
    row("http://evil.example/http://localhost", 403);
    row("null", 403); // a page from a file, or sandboxed
    row("localhost", 403);
    row("", 403);
}

void TstRoutes::foreignPagesAreTurnedAway()
{
    QFETCH(std::string, origin);
    QFETCH(unsigned, status);
    const Request asked = request("GET", "/health", "localhost:8080", origin);
    QCOMPARE(routes(true).answer(asked).status, status);
    QCOMPARE(routes(false).answer(asked).status, 200U);
}

MR_TEST(TstRoutes)
#include "tst_routes.moc"
