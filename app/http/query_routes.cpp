// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_routes.h"

namespace millrace::http {

std::optional<query::AnswerFormat> formatOf(const Request& request, query::AnswerFormat otherwise)
{
    if (const auto named = request.parameter("format"))
        return query::answerFormatOf(*named);
    const std::string accept = request.accept.value_or("");
    std::size_t first = std::string::npos;
    auto chosen = otherwise;
    for (const auto format :
         {query::AnswerFormat::Json, query::AnswerFormat::NdJson, query::AnswerFormat::Csv}) {
        const std::string_view type = query::mediaType(format);
        const std::size_t at = accept.find(type.substr(0, type.find(';')));
        if (at < first) {
            first = at;
            chosen = format == query::AnswerFormat::Json ? otherwise : format;
        }
    }
    return chosen;
}

Response unknownFormat()
{
    return errorResponse(400, "unknown_name", "the formats are json, ndjson, csv and rows",
                         "format");
}

ParameterText formatText()
{
    return {"format", "of the answer, before what Accept says",
            R"({"enum":["json","ndjson","csv","rows"]})", "json"};
}

std::vector<std::string> answerTypes()
{
    return {"application/json", "application/x-ndjson", "text/csv"};
}

std::vector<Route> queryRoutes(QueryDesk& desk)
{
    const auto answer = [&desk](const Request& request) {
        const auto sql = request.parameter("query");
        if (!sql)
            return errorResponse(400, "missing", "write the statement into the parameter \"query\"",
                                 "query");
        const auto format = formatOf(request, query::AnswerFormat::Json);
        if (!format)
            return unknownFormat();
        return desk.askSql(request, std::string(*sql), *format);
    };
    RouteText text;
    text.parameters = {{"query", "one select", "", "select count(*) from orders", true},
                       formatText()};
    text.answers = {
        {200, "columns, types and rows, streamed", R"({"type":"object"})", "", answerTypes()}};
    text.errors = {499, 504};
    return {{"/query", "rows by a SELECT: yours, as json, ndjson, csv or rows", Pace::Slow, answer,
             "", "GET", Access::Sql, text}};
}

} // namespace millrace::http
