// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_routes.h"

#include "app/http/asked_sql.h"

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

AnswerText unchangedText()
{
    return {304, "the answer is the one whose ETag was sent in If-None-Match", "", "", {}};
}

namespace {

constexpr const char* help = "rows by a SELECT: yours, as json, ndjson, csv or rows";

Response answerQuery(QueryDesk& desk, const Request& request)
{
    const auto asked = askedSql(request);
    return asked ? desk.askSql(request, *asked) : problemResponse(400, asked.problems().front());
}

RouteText answersText()
{
    RouteText text;
    text.parameters = {formatText(), minOffsetsText()};
    text.answers = {{200, "columns, types and rows, streamed", R"({"type":["object","array"]})", "",
                     answerTypes()}};
    text.errors = {499, 504};
    return text;
}

EarlyHandler earlyBy(QueryDesk& desk)
{
    return
        [&desk](const Request& request, const TellEarly& tell) { desk.answerEarly(request, tell); };
}

Route getRoute(QueryDesk& desk)
{
    const auto answer = [&desk](const Request& request) { return answerQuery(desk, request); };
    RouteText text = answersText();
    text.parameters.insert(text.parameters.begin(),
                           {{"query", "one select", "", "select count(*) from orders", true},
                            {"params", "values of $1, $2 … as a JSON array", "", "[]"}});
    text.answers.push_back(unchangedText());
    return {"/query", help,        Pace::Question, answer, "",
            "GET",    Access::Sql, text,           {},     earlyBy(desk)};
}

Route postRoute(QueryDesk& desk)
{
    const auto answer = [&desk](const Request& request) { return answerQuery(desk, request); };
    RouteText text = answersText();
    text.errors.push_back(412);
    text.bodySchema = R"({"type":"object","required":["query"],"additionalProperties":false,)"
                      R"("properties":{"query":{"type":"string"},)"
                      R"("params":{"type":"array","maxItems":1000,"items":)"
                      R"({"type":["string","number","boolean","null","array"]}},)"
                      R"("format":{"enum":["json","ndjson","csv","rows"]}}})";
    text.bodyExample = R"({"query":"select count(*) from orders"})";
    return {"/query", help,        Pace::Question, answer, "",
            "POST",   Access::Sql, text,           {},     earlyBy(desk)};
}

Route aggregateRoute(QueryDesk& desk)
{
    const auto answer = [&desk](const Request& request) {
        const auto format = formatOf(request, query::AnswerFormat::Json);
        return format ? desk.askAggregate(request, *format) : unknownFormat();
    };
    RouteText text = answersText();
    text.errors.push_back(412);
    text.bodySchema =
        R"({"type":"object","required":["table"],"additionalProperties":false,"properties":{)"
        R"("table":{"type":"string"},"latest_per":{"type":"array","items":{"type":"string"}},)"
        R"("look_ups":{"type":"array","maxItems":3},"where":{"type":"array"},)"
        R"("group_by":{"type":"array"},"measures":{"type":"array"},"having":{"type":"array"},)"
        R"("top":{"type":"object"},"sort":{"type":"array"},"limit":{"type":"integer"}}})";
    text.bodyExample = R"({"table":"orders","group_by":[{"column":"_time","bucket":"1 hour"}],)"
                       R"("measures":["count"],"limit":24})";
    return {"/aggregate",
            "an aggregate without a word of SQL",
            Pace::Question,
            answer,
            "",
            "POST",
            Access::Read,
            text,
            {},
            earlyBy(desk)};
}

} // namespace

std::vector<Route> queryRoutes(QueryDesk& desk)
{
    return {getRoute(desk), postRoute(desk), aggregateRoute(desk)};
}

} // namespace millrace::http
