// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/table_routes.h"

#include "app/http/query_routes.h"
#include "core/base/text.h"

namespace millrace::http {

namespace {

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

Response notReady()
{
    return errorResponse(503, "not_ready",
                         "the tables are not known yet: the database has not answered; /health "
                         "says more");
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
    return format ? desk.askSql(request, sql, *format) : unknownFormat();
}

} // namespace

std::vector<Route> tableRoutes(CatalogueSource& catalogue, QueryDesk& desk)
{
    const auto tables = [&catalogue](const Request&) {
        const auto now = catalogue.current();
        return now ? jsonList(now->tables(),
                              [](const query::SourceTable& table) -> const std::string& {
                                  return table.name.name;
                              })
                   : notReady();
    };
    const auto columns = [&catalogue, &desk](const Request& request) {
        const auto now = catalogue.current();
        if (!now)
            return notReady();
        const std::string& name = request.captured.front();
        const query::SourceTable* table = now->find(name);
        if (table == nullptr)
            return noTable(*now, name);
        if (const auto sql = request.parameter("query"))
            return askForRows(desk, request, std::string(*sql));
        return jsonList(
            table->columns,
            [](const query::SourceColumn& column) -> const std::string& { return column.name; });
    };
    return {{"/tables/", "names of the tables", Pace::Quick, tables},
            {"/columns-of-table/{table}",
             "names of a table's columns; with ?query= the rows of that SELECT", Pace::Quick,
             columns, "query"}};
}

} // namespace millrace::http
