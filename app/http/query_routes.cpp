// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_routes.h"

#include <nlohmann/json.hpp>

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
    const auto sql = request.parameter("query");
    if (!sql)
        return errorResponse(400, "missing", "write the statement into \"query\"", "query");
    const auto format = formatOf(request, query::AnswerFormat::Json);
    return format ? desk.askSql(request, std::string(*sql), *format) : unknownFormat();
}

struct BodyText
{
    std::string query;
    std::optional<query::AnswerFormat> format; ///< before what the parameter and Accept say
};

query::Checked<BodyText> readBody(const std::string& body)
{
    const auto object = nlohmann::json::parse(body, nullptr, false);
    if (!object.is_object())
        return query::Problem{"body", R"(send {"query": …, "format": …})"};
    for (const auto& [name, value] : object.items()) {
        if (name != "query" && name != "format")
            return query::Problem{"body", R"(there are the fields "query" and "format")", name};
        if (!value.is_string())
            return query::Problem{"body", "this is a text", name};
    }
    if (!object.contains("query"))
        return query::Problem{"missing", "write the statement into \"query\"", "query"};
    BodyText text{object.at("query").get<std::string>(), {}};
    if (!object.contains("format"))
        return text;
    text.format = query::answerFormatOf(object.at("format").get<std::string>());
    if (!text.format)
        return *unknownFormat().problem;
    return text;
}

Response answerBody(QueryDesk& desk, const Request& request)
{
    const auto text = readBody(request.body);
    if (!text)
        return problemResponse(400, text.problems().front());
    const auto format = text->format ? text->format : formatOf(request, query::AnswerFormat::Json);
    return format ? desk.askSql(request, text->query, *format) : unknownFormat();
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
                           {"query", "one select", "", "select count(*) from orders", true});
    text.answers.push_back(unchangedText());
    return {"/query", help,        Pace::Question, answer, "",
            "GET",    Access::Sql, text,           {},     earlyBy(desk)};
}

Route postRoute(QueryDesk& desk)
{
    const auto answer = [&desk](const Request& request) { return answerBody(desk, request); };
    RouteText text = answersText();
    text.errors.push_back(412);
    text.bodySchema = R"({"type":"object","required":["query"],"additionalProperties":false,)"
                      R"("properties":{"query":{"type":"string"},)"
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
