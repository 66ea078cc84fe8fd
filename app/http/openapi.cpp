// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/openapi.h"

#include "app/http/percent.h"
#include "app/http/token_list.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace millrace::http {

namespace {

using Json = nlohmann::ordered_json;

struct ServerError
{
    unsigned status;
    const char* help;
};
constexpr ServerError everywhere[] = {
    {400, "the request cannot be understood; `field` says where"},
    {401, "a token is needed, or this one is not known"},
    {403, "the token has not the scope, or a page of another server asks"},
    {421, "a name that this server does not answer to"},
    {429, "too many requests wait, or too many wrong tokens came; see Retry-After"},
    {503, "the database does not answer, or is not known yet"}};
constexpr ServerError ofBodies[] = {{411, "no Content-Length"},
                                    {413, "more than 1 MiB of body"},
                                    {415, "the body is not application/json"}};
constexpr ServerError ofRoutes[] = {
    {404, "there is nothing of that name; `nearest` is like it"},
    {412, "the answer is the one named in If-None-Match"},
    {499, "the question was cancelled"},
    {504, "the question, or the wait for min-offsets, took too long"}};

constexpr const char* errorSchema = R"({
    "type": "object", "required": ["code", "message", "request"],
    "properties": {
        "code": {"type": "string", "description": "a word for programs"},
        "message": {"type": "string", "description": "a sentence for people"},
        "field": {"type": "string", "description": "what of the request is meant"},
        "nearest": {"type": "string", "description": "the valid name most like what was written"},
        "position": {"type": "integer", "description": "character of the statement, from 1"},
        "request": {"type": "string", "description": "the id of the request, also in the log"}}})";

/// The page shows them in this order. Nothing listed: the routes that no other group has.
struct Group
{
    const char* name;
    const char* help;
    std::vector<std::string_view> firstSegments;
};
const Group groups[] = {
    {"Tables", "what is there", {"tables", "columns-of-table"}},
    {"Questions", "what the rows say, in SQL or without a word of it", {"query", "aggregate"}},
    {"Operations",
     "topics, their history and what could not land",
     {"topics", "schema-changes", "dead-letters", "jobs"}},
    {"Server", "this program itself", {}}};

const Group& groupOf(const std::vector<std::string>& segments)
{
    const auto has = [&segments](const Group& group) {
        return group.firstSegments.empty() ||
               (!segments.empty() && std::ranges::find(group.firstSegments, segments.front()) !=
                                         group.firstSegments.end());
    };
    return *std::ranges::find_if(groups, has);
}

Json groupsText()
{
    Json tags = Json::array();
    for (const Group& group : groups)
        tags.push_back({{"name", group.name}, {"description", group.help}});
    return tags;
}

/// What is not JSON is a text.
Json valueOf(const std::string& text)
{
    Json value = Json::parse(text, nullptr, false);
    return value.is_discarded() ? Json(text) : value;
}

Json schemaOf(const std::string& text)
{
    return text.empty() ? Json{{"type", "string"}} : Json::parse(text);
}

Json refusal(const std::string& help)
{
    return {{"description", help},
            {"content",
             {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

Json parametersOf(const Route& route)
{
    Json parameters = Json::array();
    for (const ParameterText& parameter : route.text.parameters) {
        const bool isOfPath = route.path.find("{" + parameter.name + "}") != std::string::npos;
        Json one{{"name", parameter.name},
                 {"in", isOfPath ? "path" : "query"},
                 {"required", isOfPath || parameter.isNeeded},
                 {"description", parameter.help},
                 {"schema", schemaOf(parameter.schema)}};
        if (!parameter.example.empty())
            one["example"] = valueOf(parameter.example);
        parameters.push_back(std::move(one));
    }
    return parameters;
}

Json answerOf(const AnswerText& answer)
{
    Json content = Json::object();
    for (const std::string& type : answer.types) {
        Json one = Json::object();
        if (type == "application/json" && !answer.schema.empty())
            one["schema"] = Json::parse(answer.schema);
        else
            one["schema"] = Json{{"type", "string"}};
        if (type == "application/json" && !answer.example.empty())
            one["example"] = valueOf(answer.example);
        content[type] = std::move(one);
    }
    return {{"description", answer.help}, {"content", std::move(content)}};
}

Json responsesOf(const Route& route)
{
    Json responses = Json::object();
    for (const AnswerText& answer : route.text.answers)
        responses[std::to_string(answer.status)] = answerOf(answer);
    const auto add = [&responses](const ServerError& error) {
        const std::string status = std::to_string(error.status);
        if (!responses.contains(status))
            responses[status] = refusal(error.help);
    };
    for (const ServerError& error : ofRoutes) {
        if (std::ranges::find(route.text.errors, error.status) != route.text.errors.end())
            add(error);
    }
    for (const ServerError& error : everywhere)
        add(error);
    if (route.method == "POST") {
        for (const ServerError& error : ofBodies)
            add(error);
    }
    return responses;
}

std::vector<std::string> segmentsOf(const Route& route)
{
    return pathSegments(route.path).value_or(std::vector<std::string>());
}

/// "get_topics", "post_jobs_id_cancel". The page of /docs does not find one that ends with "_".
std::string operationId(const Route& route)
{
    if (segmentsOf(route).empty())
        return "get_index";
    std::string id = route.method == "GET" ? "get" : "post";
    for (const std::string& segment : segmentsOf(route)) {
        id += "_";
        for (const char letter : segment) {
            if (letter != '{' && letter != '}')
                id += letter == '-' || letter == '.' ? '_' : letter;
        }
    }
    return id;
}

Json securityOf(Access needs)
{
    if (needs == Access::Open)
        return Json::array();
    Json security = Json::array();
    if (needs == Access::Read || needs == Access::Sql)
        security.push_back(Json::object());
    security.push_back(Json{{"token", Json::array({scopeText(needs)})}});
    return security;
}

Json operationOf(const Route& route)
{
    Json operation{{"operationId", operationId(route)},
                   {"summary", route.help},
                   {"tags", Json::array({groupOf(segmentsOf(route)).name})},
                   {"security", securityOf(route.needs)}};
    if (!route.text.parameters.empty())
        operation["parameters"] = parametersOf(route);
    if (!route.text.bodySchema.empty()) {
        Json body{{"schema", Json::parse(route.text.bodySchema)}};
        if (!route.text.bodyExample.empty())
            body["example"] = valueOf(route.text.bodyExample);
        operation["requestBody"] = {{"required", true}, {"content", {{"application/json", body}}}};
    }
    operation["responses"] = responsesOf(route);
    return operation;
}

/// Routes answers it by itself.
Route indexRoute()
{
    Route route;
    route.path = "/";
    route.help = "the routes, each with a sentence";
    route.needs = Access::Open;
    route.text.answers = {{200, "paths and what they are for",
                           R"({"type":"object","additionalProperties":{"type":"string"}})"}};
    return route;
}

} // namespace

std::string openApiOf(const std::vector<Route>& routes, const std::string& base)
{
    Json paths = Json::object();
    const auto add = [&paths](const Route& route) {
        paths[route.path][route.method == "GET" ? "get" : "post"] = operationOf(route);
    };
    add(indexRoute());
    for (const Route& route : routes)
        add(route);
    const Json document{
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Millrace"},
          {"version", MILLRACE_VERSION},
          {"description",
           "Kafka topics as PostgreSQL tables: what is there, questions about it, and what runs. "
           "On the loopback reading and questions need no token. Every GET answers HEAD too."},
          {"license", {{"name", "GPL-3.0-or-later"}, {"identifier", "GPL-3.0-or-later"}}}}},
        {"servers", Json::array({Json{{"url", base.empty() ? "." : base}}})},
        {"tags", groupsText()},
        {"paths", paths},
        {"components",
         {{"schemas", {{"Error", Json::parse(errorSchema)}}},
          {"securitySchemes",
           {{"token",
             {{"type", "http"},
              {"scheme", "bearer"},
              {"description", "made with millrace --token add NAME --scope read"}}}}}}}};
    return document.dump(1) + "\n";
}

Route openApiRoute(const std::vector<Route>& others)
{
    Route route;
    route.path = "/openapi.json";
    route.help = "this API, as OpenAPI 3.1";
    route.needs = Access::Open;
    route.text.answers = {
        {200, "the document", R"({"type":"object","required":["openapi","paths"]})"}};
    std::vector<Route> all = others;
    all.push_back(route);
    const auto document = std::make_shared<const std::string>(openApiOf(all));
    route.answer = [document, all = std::move(all)](const Request& request) {
        Response response;
        response.body = request.base.empty() ? *document : openApiOf(all, request.base);
        return response;
    };
    return route;
}

} // namespace millrace::http
