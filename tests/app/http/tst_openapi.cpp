// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/openapi.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace::http;
using nlohmann::json;

namespace {

Route sample()
{
    Route route;
    route.path = "/things/{name}/parts-of";
    route.help = "parts of a thing";
    route.method = "POST";
    route.needs = Access::Operate;
    route.text.parameters = {{"name", "of the thing", "", "wheel"},
                             {"count", "how many", R"({"type":"integer"})", "3", true}};
    route.text.bodySchema = R"({"type":"object"})";
    route.text.bodyExample = R"({"a":1})";
    route.text.answers = {
        {202, "begun", R"({"type":"array"})", "[1]", {"application/json", "text/csv"}}};
    route.text.errors = {404};
    return route;
}

json operation(const Route& route)
{
    const json document = json::parse(openApiOf({route}));
    return document.at("paths").at(route.path).at(route.method == "GET" ? "get" : "post");
}

} // namespace

class TstOpenapi : public QObject
{
    Q_OBJECT

private slots:
    void tellsParametersAndBody();
    void tellsAnswersAndErrors();
    void groupsAreToldInTheirOrder();
    void tellsTheScope_data();
    void tellsTheScope();
    void methodsOfAPathStandTogether();
    void theRouteTellsOfItselfToo();
    void tellsWhereItsPathsBegin();
};

void TstOpenapi::tellsParametersAndBody()
{
    const json told = operation(sample());
    QCOMPARE(told.at("operationId"), json("post_things_name_parts_of"));
    QCOMPARE(told.at("summary"), json("parts of a thing"));
    QCOMPARE(told.at("tags"), json::array({"Server"}));
    QCOMPARE(told.at("parameters")[0], (json{{"name", "name"},
                                             {"in", "path"},
                                             {"required", true},
                                             {"description", "of the thing"},
                                             {"schema", {{"type", "string"}}},
                                             {"example", "wheel"}}));
    QCOMPARE(told.at("parameters")[1].at("in"), json("query"));
    QCOMPARE(told.at("parameters")[1].at("required"), json(true));
    QCOMPARE(told.at("parameters")[1].at("example"), json(3));
    const json& body = told.at("requestBody").at("content").at("application/json");
    QCOMPARE(body.at("schema"), (json{{"type", "object"}}));
    QCOMPARE(body.at("example"), (json{{"a", 1}}));
}

void TstOpenapi::tellsAnswersAndErrors()
{
    const json answers = operation(sample()).at("responses");
    const json& begun = answers.at("202").at("content");
    QCOMPARE(begun.at("application/json").at("schema"), (json{{"type", "array"}}));
    QCOMPARE(begun.at("text/csv").at("schema"), (json{{"type", "string"}}));
    std::vector<std::string> statuses;
    for (const auto& [status, answer] : answers.items())
        statuses.push_back(status);
    QCOMPARE(statuses, (std::vector<std::string>{"202", "400", "401", "403", "404", "411", "413",
                                                 "415", "421", "429", "503"}));
    QCOMPARE(answers.at("404").at("content").at("application/json").at("schema").at("$ref"),
             json("#/components/schemas/Error"));
    Route reading = sample();
    reading.method = "GET";
    reading.text.answers.push_back({503, "its own", "{}"});
    const json told = operation(reading).at("responses");
    QVERIFY(!told.contains("415"));
    QCOMPARE(told.at("503").at("description"), json("its own"));
}

void TstOpenapi::groupsAreToldInTheirOrder()
{
    Route route = sample();
    route.path = "/dead-letters/replay";
    QCOMPARE(operation(route).at("tags"), json::array({"Operations"}));
    std::vector<std::string> names;
    const json document = json::parse(openApiOf({}));
    for (const json& tag : document.at("tags"))
        names.push_back(tag.at("name").get<std::string>());
    QCOMPARE(names, (std::vector<std::string>{"Tables", "Questions", "Operations", "Server"}));
}

void TstOpenapi::tellsTheScope_data()
{
    QTest::addColumn<int>("needs");
    QTest::addColumn<std::string>("security");
    const auto row = [](const char* name, Access needs, const char* security) {
        QTest::newRow(name) << static_cast<int>(needs) << std::string(security);
    };
    row("open", Access::Open, "[]");
    row("read", Access::Read, R"([{},{"token":["read"]}])");
    row("sql", Access::Sql, R"([{},{"token":["sql"]}])");
    row("operate", Access::Operate, R"([{"token":["operate"]}])");
}

void TstOpenapi::tellsTheScope()
{
    QFETCH(int, needs);
    QFETCH(std::string, security);
    Route route = sample();
    route.needs = static_cast<Access>(needs);
    QCOMPARE(operation(route).at("security").dump(), security);
}

void TstOpenapi::methodsOfAPathStandTogether()
{
    Route reading = sample();
    reading.method = "GET";
    const json document = json::parse(openApiOf({sample(), reading}));
    QCOMPARE(document.at("paths").at(reading.path).size(), std::size_t{2});
    QCOMPARE(document.at("openapi"), json("3.1.0"));
    QCOMPARE(document.at("info").at("version"), json(MILLRACE_VERSION));
}

void TstOpenapi::theRouteTellsOfItselfToo()
{
    const Route route = openApiRoute({sample()});
    const json document = json::parse(route.answer({}).body);
    for (const char* path : {"/", "/openapi.json", "/things/{name}/parts-of"})
        QVERIFY2(document.at("paths").contains(path), path);
    QCOMPARE(document.at("paths").at("/").at("get").at("operationId"), json("get_index"));
}

void TstOpenapi::tellsWhereItsPathsBegin()
{
    const Route route = openApiRoute({sample()});
    Request request;
    QCOMPARE(json::parse(route.answer(request).body).at("servers")[0].at("url"), json("."));
    request.base = "/millrace";
    QCOMPARE(json::parse(route.answer(request).body).at("servers")[0].at("url"), json("/millrace"));
}

MR_TEST(TstOpenapi)
#include "tst_openapi.moc"
