// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/table_routes.h"

#include "app/http/query_routes.h"
#include "app/http/table_facts.h"
#include "core/base/text.h"

namespace millrace::http {

namespace {

constexpr const char* namesSchema = R"({"type":"array","items":{"type":"string"}})";

template<class Names, class NameOf>
Response jsonList(const Names& names, NameOf&& nameOf)
{
    Response response;
    for (const auto& one : names) {
        response.body += response.body.empty() ? "[" : ", ";
        appendJsonString(response.body, nameOf(one));
    }
    response.body += response.body.empty() ? "[]\n" : "]\n";
    return response;
}

Response noTable(const query::Catalogue& catalogue, const std::string& name)
{
    return problemResponse(404, {"unknown_name",
                                 "there is no table \"" + name + "\"; GET /tables/ lists them",
                                 "table", std::string(catalogue.nearestTable(name))});
}

Response askForRows(QueryDesk& desk, const Request& request, const std::string& sql)
{
    const auto format = formatOf(request, query::AnswerFormat::Rows);
    return format ? desk.askSql(request, {sql, {}, *format}) : unknownFormat();
}

/// The one that the request names, in `now`.
Response withTable(const CatalogueSource& catalogue, const Request& request,
                   const std::function<Response(const query::SourceTable&)>& answer)
{
    const auto now = catalogue.current();
    if (!now)
        return noCatalogueYet();
    const std::string& name = request.captured.front();
    const query::SourceTable* table = now->find(name);
    return table == nullptr ? noTable(*now, name) : answer(*table);
}

ParameterText tableText()
{
    return {"table", "name of a table, or of its topic", "", "orders"};
}

Route listTables(CatalogueSource& catalogue)
{
    const auto answer = [&catalogue](const Request&) {
        const auto now = catalogue.current();
        const auto nameOf = [](const query::SourceTable& table) -> const std::string& {
            return table.name.name;
        };
        return now ? jsonList(now->tables(), nameOf) : noCatalogueYet();
    };
    RouteText text;
    text.answers = {{200, "their names, sorted", namesSchema, R"(["orders"])"}};
    return {"/tables/", "names of the tables", Pace::Quick, answer, "", "GET", Access::Read, text};
}

Route describeTable(CatalogueSource& catalogue, ControlDesk& control)
{
    const auto answer = [&catalogue, &control](const Request& request) {
        return withTable(catalogue, request, [&control](const query::SourceTable& table) {
            return control.with([&table](postgres::Connection& session) -> Result<Response> {
                const auto facts = query::loadTableFacts(session, table.topic);
                if (!facts)
                    return facts.error();
                Response response;
                response.body = tableFactsJson(table, *facts) + "\n";
                return response;
            });
        });
    };
    RouteText text;
    text.parameters = {tableText()};
    text.answers = {{200, "columns with type, path and since when; counts, positions, contract",
                     R"({"type":"object","required":["table","topic","columns","positions"]})"}};
    text.errors = {404};
    return {"/tables/{table}",
            "everything about one table",
            Pace::Slow,
            answer,
            "",
            "GET",
            Access::Read,
            text};
}

Route listColumns(CatalogueSource& catalogue, QueryDesk& questions)
{
    const auto answer = [&catalogue, &questions](const Request& request) {
        return withTable(catalogue, request, [&](const query::SourceTable& table) {
            if (const auto sql = request.parameter("query"))
                return askForRows(questions, request, std::string(*sql));
            return jsonList(table.columns,
                            [](const query::SourceColumn& column) -> const std::string& {
                                return column.name;
                            });
        });
    };
    RouteText text;
    text.parameters = {tableText(),
                       {"query", "one select, to get its rows instead; needs the scope sql"},
                       formatText(),
                       minOffsetsText()};
    text.answers = {{200, "their names, or the rows of the question",
                     R"({"type":["array","object"]})", R"(["_topic","id"])", answerTypes()},
                    unchangedText()};
    text.errors = {404, 499, 504};
    return {"/columns-of-table/{table}",
            "names of a table's columns; with ?query= the rows of that SELECT",
            Pace::Quick,
            answer,
            "query",
            "GET",
            Access::Read,
            text,
            Access::Sql,
            [&questions](const Request& request, const TellEarly& tell) {
                questions.answerEarly(request, tell);
            }};
}

} // namespace

std::vector<Route> tableRoutes(CatalogueSource& catalogue, QueryDesk& questions,
                               ControlDesk& control)
{
    return {listTables(catalogue), describeTable(catalogue, control),
            listColumns(catalogue, questions)};
}

} // namespace millrace::http
