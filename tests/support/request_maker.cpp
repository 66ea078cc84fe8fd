// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/request_maker.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace millrace::tests {

using nlohmann::json;

namespace {

constexpr std::size_t knownMax = 50;

std::string encoded(const std::string& text)
{
    constexpr const char* digits = "0123456789ABCDEF";
    std::string result;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 128 && std::isalnum(byte) != 0) {
            result += letter;
            continue;
        }
        result += '%';
        result += digits[byte / 16];
        result += digits[byte % 16];
    }
    return result;
}

std::string textOf(const json& value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// One request under way.
struct Maker
{
    std::mt19937_64& random;
    const std::map<std::string, std::vector<std::string>>& known;
    bool isSpoilt = oneIn(2);

    std::size_t below(std::size_t limit) { return random() % limit; }
    bool oneIn(std::size_t count) { return below(count) == 0; }
    MadeRequest make(const ApiOperation& operation);
    std::string parameterValue(const json& parameter);
    json valueOf(const json& schema, int depth);
    json naughtyValue();
    std::string naughtyText();
    std::string bodyOf(const std::string& path, const json& text);
    void spoil(json& value, int depth);
};

MadeRequest Maker::make(const ApiOperation& operation)
{
    const json text = json::parse(operation.text);
    MadeRequest request{operation.method, operation.path};
    std::string query;
    for (const json& parameter : text.value("parameters", json::array())) {
        const auto name = parameter.at("name").get<std::string>();
        const bool isOfPath = parameter.at("in") == "path";
        if (isOfPath) {
            const std::string place = "{" + name + "}";
            const std::string value = parameterValue(parameter);
            request.target.replace(request.target.find(place), place.size(),
                                   value.empty() ? "x" : encoded(value)); // no other path
        } else if (parameter.value("required", false) ? !isSpoilt || !oneIn(8) : oneIn(3)) {
            query += (query.empty() ? "?" : "&") + encoded(name) + "=" +
                     encoded(parameterValue(parameter));
        }
    }
    if (isSpoilt && oneIn(8))
        query += (query.empty() ? "?" : "&") + encoded(naughtyText());
    request.target += query;
    const std::string accepts[] = {
        "*/*", "application/json", "text/csv", "application/x-ndjson", "image/png", "", ";q=,,/"};
    request.accept = accepts[below(std::size(accepts))];
    if (operation.method != "GET") {
        request.contentType = isSpoilt && oneIn(10) ? "text/plain" : "application/json";
        request.body = bodyOf(operation.path, text);
    }
    return request;
}

std::string Maker::parameterValue(const json& parameter)
{
    if (isSpoilt && oneIn(3))
        return naughtyText();
    const auto found = known.find(parameter.at("name").get<std::string>());
    if (found != known.end() && !oneIn(4))
        return found->second[below(found->second.size())];
    if (parameter.contains("example") && oneIn(2))
        return textOf(parameter.at("example"));
    return textOf(valueOf(parameter.at("schema"), 0));
}

json Maker::valueOf(const json& schema, int depth)
{
    if (schema.contains("enum"))
        return schema.at("enum")[below(schema.at("enum").size())];
    const json types = schema.value("type", json("string"));
    const auto type =
        types.is_array() ? types[below(types.size())].get<std::string>() : types.get<std::string>();
    if (type == "integer" || type == "number") {
        const auto least = schema.value("minimum", std::int64_t{-10});
        const auto most = std::min(schema.value("maximum", least + 1'000), least + 1'000);
        return least + static_cast<std::int64_t>(below(static_cast<std::size_t>(most - least) + 1));
    }
    if (type == "boolean")
        return oneIn(2);
    if (type == "array") {
        json array = json::array();
        const auto size = schema.value("minItems", std::size_t{0}) + below(3);
        for (std::size_t i = 0; i < size && schema.contains("items"); ++i)
            array.push_back(valueOf(schema.at("items"), depth + 1));
        return array;
    }
    if (type == "object") {
        json object = json::object();
        const json needed = schema.value("required", json::array());
        const json properties = schema.value("properties", json::object());
        for (const auto& [name, member] : properties.items()) {
            if (std::ranges::find(needed, json(name)) != needed.end() || oneIn(2))
                object[name] = valueOf(member, depth + 1);
        }
        return object;
    }
    if (schema.value("format", "") == "date-time")
        return "2026-01-0" + std::to_string(1 + below(9)) + "T00:00:00Z";
    return std::string(1 + below(8), static_cast<char>('a' + below(26)));
}

json Maker::naughtyValue()
{
    const json values[] = {nullptr,
                           true,
                           -1,
                           0,
                           9'223'372'036'854'775'807,
                           18'446'744'073'709'551'615U,
                           1e308,
                           0.1,
                           json::array(),
                           json::array({json::array({nullptr})}),
                           json::object(),
                           json{{"a", json{{"b", 1}}}}};
    return oneIn(2) ? json(naughtyText()) : values[below(std::size(values))];
}

std::string Maker::naughtyText()
{
    const std::string texts[] = {"",
                                 " ",
                                 "'",
                                 "\"",
                                 "';--",
                                 "orders\"; drop table orders; --",
                                 "%s%n",
                                 "a/b",
                                 "a\r\nX-Bad: 1",
                                 "\x01\x7f",
                                 "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
                                 "\xe2\x80\xae",
                                 "null",
                                 "-1",
                                 "0",
                                 "1e999",
                                 "99999999999999999999999999",
                                 "9223372036854775807",
                                 "2026-13-45T99:99:99Z",
                                 "0000-00-00",
                                 "infinity",
                                 "pg_catalog.pg_class",
                                 "{}",
                                 "[[[[",
                                 "${jndi:ldap://x}",
                                 std::string(3'000, 'x'),
                                 "select",
                                 "select * from orders, orders, orders",
                                 "select 1 where 'a' ~ '(a+)+$'",
                                 "select pg_sleep(100)",
                                 "\\x00",
                                 "json"};
    return texts[below(std::size(texts))];
}

std::string Maker::bodyOf(const std::string& path, const json& text)
{
    if (isSpoilt && oneIn(8))
        return naughtyText();
    const json content = text.value("requestBody", json::object())
                             .value("content", json::object())
                             .value("application/json", json::object());
    if (content.empty())
        return oneIn(2) ? "" : "{}";
    const auto found = known.find("body " + path);
    json body = content.value("example", json::object());
    if (found != known.end() && !oneIn(4))
        body = json::parse(found->second[below(found->second.size())]);
    else if (oneIn(2))
        body = valueOf(content.at("schema"), 0);
    for (std::size_t i = 1 + below(3); isSpoilt && i > 0; --i)
        spoil(body, 0);
    return body.dump(-1, ' ', oneIn(2));
}

/// One place of it.
void Maker::spoil(json& value, int depth)
{
    constexpr std::size_t stopsOneIn = 4;
    if (value.empty() || !value.is_structured() || (depth > 0 && oneIn(stopsOneIn))) {
        value = naughtyValue();
        return;
    }
    auto at = value.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(below(value.size())));
    if (oneIn(stopsOneIn))
        value.erase(at);
    else if (value.is_object() && oneIn(stopsOneIn))
        value[naughtyText()] = naughtyValue();
    else
        spoil(*at, depth + 1);
}

} // namespace

std::vector<ApiOperation> operationsOf(const std::string& document)
{
    std::vector<ApiOperation> operations;
    const json paths = json::parse(document).at("paths");
    for (const auto& [path, methods] : paths.items()) {
        for (const auto& [method, text] : methods.items()) {
            std::string upper = method;
            std::ranges::transform(upper, upper.begin(), [](char letter) {
                return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
            });
            operations.push_back({upper, path, text.dump()});
        }
    }
    return operations;
}

void RequestMaker::know(const std::string& name, const std::string& value)
{
    auto& values = m_known[name];
    if (values.size() < knownMax && std::ranges::find(values, value) == values.end())
        values.push_back(value);
}

MadeRequest RequestMaker::make(const ApiOperation& operation)
{
    return Maker{m_random, m_known}.make(operation);
}

} // namespace millrace::tests
