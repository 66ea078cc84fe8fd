// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/percent.h"
#include "app/http/routes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace::http;

namespace {

Routes routes(bool loopbackOnly)
{
    const auto answer = [](const Request&) {
        Response response;
        response.body = "here";
        return response;
    };
    return Routes({{"/health", "how it is", Pace::Quick, answer},
                   {"/tables/{table}/rows", "", Pace::Slow, answer}},
                  loopbackOnly);
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
