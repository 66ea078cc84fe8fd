// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/asked_sql.h"

#include "app/http/query_routes.h"
#include "core/query/json_node.h"

namespace millrace::http {

namespace {

using query::JsonNode;
using Kind = JsonNode::Kind;
using Params = std::vector<std::optional<std::string>>;

constexpr std::size_t paramsMax = 1'000;

query::Problem noParams(const std::string& what)
{
    return {"params",
            "\"params\" is an array of texts, numbers, true, false, null and arrays of "
            "these; " +
                what,
            "params"};
}

/// As PostgreSQL writes an array; it takes the elements for what the statement makes of them.
std::optional<std::string> arrayOf(const JsonNode& node)
{
    std::string text = "{";
    for (const JsonNode& item : node.items) {
        if (!item.isScalar())
            return std::nullopt;
        text += text.size() > 1 ? "," : "";
        if (item.kind == Kind::Null) {
            text += "NULL";
            continue;
        }
        text += '"';
        for (const char c : item.text) {
            if (c == '"' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

query::Checked<Params> paramsOf(const JsonNode& node)
{
    if (node.kind != Kind::Array)
        return noParams("this is none");
    if (node.items.size() > paramsMax)
        return noParams("at most " + std::to_string(paramsMax));
    Params params;
    for (const JsonNode& item : node.items) {
        if (item.kind == Kind::Object)
            return noParams("send an object as a text: '{\"a\": 1}'");
        auto array = item.kind == Kind::Array ? arrayOf(item) : std::nullopt;
        if (item.kind == Kind::Array && !array)
            return noParams("these hold no arrays or objects themselves");
        if ((array ? *array : item.text).find('\0') != std::string::npos)
            return noParams("a text holds no zero byte");
        if (item.kind == Kind::Null)
            params.emplace_back(std::nullopt);
        else
            params.emplace_back(array ? std::move(*array) : item.text);
    }
    return params;
}

/// "query", "params" and "format", wherever they stand.
struct Fields
{
    std::optional<std::string> sql;
    std::optional<std::string> format;
    Params params;
};

query::Checked<Fields> fieldsOfUrl(const Request& request)
{
    Fields fields;
    if (const auto sql = request.parameter("query"))
        fields.sql = *sql;
    const auto written = request.parameter("params");
    if (!written)
        return fields;
    const auto node = query::parseJson(*written);
    if (!node)
        return noParams("this is no JSON");
    auto params = paramsOf(*node);
    if (!params)
        return params.problems();
    fields.params = std::move(*params);
    return fields;
}

query::Checked<Fields> fieldsOfBody(const Request& request)
{
    const auto body = query::parseJson(request.body);
    if (!body || body->kind != Kind::Object)
        return query::Problem{"body", R"(send {"query": …, "params": […], "format": …})"};
    Fields fields;
    for (std::size_t i = 0; i < body->items.size(); ++i) {
        const std::string& name = body->keys[i];
        const JsonNode& value = body->items[i];
        if (name == "params") {
            auto params = paramsOf(value);
            if (!params)
                return params.problems();
            fields.params = std::move(*params);
        } else if (name != "query" && name != "format") {
            return query::Problem{"body", R"(there are the fields "query", "params" and "format")",
                                  name};
        } else if (value.kind != Kind::String) {
            return query::Problem{"body", "this is a text", name};
        } else {
            (name == "query" ? fields.sql : fields.format) = value.text;
        }
    }
    return fields;
}

} // namespace

query::Checked<AskedSql> askedSql(const Request& request)
{
    auto fields = request.method == "POST" ? fieldsOfBody(request) : fieldsOfUrl(request);
    if (!fields)
        return fields.problems();
    if (!fields->sql)
        return query::Problem{"missing", "write the statement into \"query\"", "query"};
    const auto format = fields->format ? query::answerFormatOf(*fields->format)
                                       : formatOf(request, query::AnswerFormat::Json);
    if (!format)
        return *unknownFormat().problem;
    return AskedSql{std::move(*fields->sql), std::move(fields->params), *format};
}

} // namespace millrace::http
