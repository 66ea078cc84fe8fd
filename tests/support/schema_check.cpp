// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/schema_check.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace millrace::tests {

using nlohmann::json;

namespace {

std::string faultOf(const json& value, const json& schema, const json& document,
                    const std::string& where);

bool isOfType(const json& value, const std::string& type)
{
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    return value.type_name() == type;
}

std::string typeFault(const json& value, const json& schema)
{
    const json types = schema.value("type", json(nullptr));
    const bool fits = types.is_null() ||
                      (types.is_string() && isOfType(value, types.get<std::string>())) ||
                      (types.is_array() && std::ranges::any_of(types, [&value](const json& type) {
                           return isOfType(value, type.get<std::string>());
                       }));
    if (!fits)
        return std::string("is a ") + value.type_name() + ", not " + types.dump();
    if (schema.contains("enum") &&
        std::ranges::find(schema.at("enum"), value) == schema.at("enum").end())
        return "is none of " + schema.at("enum").dump();
    if (value.is_number() &&
        (value < schema.value("minimum", value) || value > schema.value("maximum", value)))
        return "is out of range";
    return {};
}

std::string arrayFault(const json& value, const json& schema, const json& document,
                       const std::string& where)
{
    if (value.size() < schema.value("minItems", std::size_t{0}) ||
        value.size() > schema.value("maxItems", value.size()))
        return where + " has " + std::to_string(value.size()) + " elements";
    for (std::size_t i = 0; i < value.size() && schema.contains("items"); ++i) {
        auto fault =
            faultOf(value[i], schema.at("items"), document, where + "[" + std::to_string(i) + "]");
        if (!fault.empty())
            return fault;
    }
    return {};
}

std::string objectFault(const json& value, const json& schema, const json& document,
                        const std::string& where)
{
    if (value.size() < schema.value("minProperties", std::size_t{0}))
        return where + " has too few members";
    for (const json& name : schema.value("required", json::array())) {
        if (!value.contains(name.get<std::string>()))
            return where + " has no " + name.dump();
    }
    const json properties = schema.value("properties", json::object());
    const json others = schema.value("additionalProperties", json(true));
    for (const auto& [name, member] : value.items()) {
        const json& of = properties.contains(name) ? properties.at(name) : others;
        if (of.is_boolean() && !of.get<bool>())
            return where + " has \"" + name + "\", which is not told of";
        auto fault =
            of.is_boolean() ? std::string() : faultOf(member, of, document, where + "." + name);
        if (!fault.empty())
            return fault;
    }
    return {};
}

std::string faultOf(const json& value, const json& schema, const json& document,
                    const std::string& where)
{
    if (schema.contains("$ref")) {
        const auto to = schema.at("$ref").get<std::string>().substr(1);
        return faultOf(value, document.at(json::json_pointer(to)), document, where);
    }
    if (const std::string fault = typeFault(value, schema); !fault.empty())
        return where + " " + fault;
    if (value.is_array())
        return arrayFault(value, schema, document, where);
    return value.is_object() ? objectFault(value, schema, document, where) : "";
}

} // namespace

std::string schemaFault(const std::string& value, const std::string& schema,
                        const std::string& document)
{
    const json read = json::parse(value, nullptr, false);
    return read.is_discarded() ? "no JSON"
                               : faultOf(read, json::parse(schema), json::parse(document), "body");
}

} // namespace millrace::tests
