// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_json.h"

#include "core/base/nearest_name.h"
#include "core/query/aggregate_checks.h"
#include "core/query/aggregate_words.h"
#include "core/query/json_node.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>

namespace millrace::query {

namespace {

using Kind = JsonNode::Kind;
using Keys = std::initializer_list<std::string_view>;

template<class Value>
std::optional<Value> valueOf(std::span<const Word<Value>> words, std::string_view written)
{
    for (const auto& [word, meant] : words)
        if (word == written)
            return meant;
    return std::nullopt;
}

std::string under(const std::string& field, std::string_view key)
{
    return field.empty() ? std::string(key) : field + "." + std::string(key);
}

class BodyReader
{
public:
    Checked<AggregateRequest> read(const JsonNode& body)
    {
        AggregateRequest request;
        if (isObject(body, "",
                     {"table", "latest_per", "look_ups", "where", "group_by", "measures", "having",
                      "top", "sort", "limit"})) {
            wanted(body, "table", "");
            text(body, "table", "", request.source.table);
            each(body, "latest_per", [&](const JsonNode& node, const std::string& field) {
                if (isText(node, field))
                    request.source.latestPer.push_back(node.text);
            });
            each(body, "look_ups", [&](const auto& node, const auto& field) {
                request.lookUps.push_back(lookUp(node, field));
            });
            each(body, "where", [&](const auto& node, const auto& field) {
                request.where.push_back(group(node, field));
            });
            each(body, "group_by", [&](const auto& node, const auto& field) {
                request.dimensions.push_back(dimension(node, field));
            });
            each(body, "measures", [&](const auto& node, const auto& field) {
                request.measures.push_back(measure(node, field));
            });
            each(body, "having", [&](const auto& node, const auto& field) {
                request.having.push_back(having(node, field));
            });
            each(body, "sort", [&](const auto& node, const auto& field) {
                request.sort.push_back(sortKey(node, field));
            });
            if (const JsonNode* node = body.find("top");
                node != nullptr && node->kind != Kind::Null)
                request.top = top(*node);
            integer(body, "limit", "", request.limit);
        }
        if (!m_problems.empty())
            return m_problems.take();
        return request;
    }

private:
    void wrong(const char* expected, const std::string& field)
    {
        m_problems.add({"wrong_type", "here belongs " + std::string(expected), field});
    }

    /// An object with no keys but these, each once.
    bool isObject(const JsonNode& node, const std::string& field, Keys allowed)
    {
        if (node.kind != Kind::Object) {
            wrong("an object", field);
            return false;
        }
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            const std::string& key = node.keys[i];
            if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
                m_problems.add({"unknown_name", "there is no " + shown(key) + " here",
                                under(field, key),
                                std::string(nearestName(key, {allowed.begin(), allowed.size()}))});
            else if (std::find(node.keys.begin(), node.keys.begin() + static_cast<int>(i), key) !=
                     node.keys.begin() + static_cast<int>(i))
                m_problems.add({"refused", shown(key) + " stands here twice", under(field, key)});
        }
        return true;
    }

    bool isText(const JsonNode& node, const std::string& field)
    {
        if (node.kind != Kind::String)
            wrong("a text", field);
        return node.kind == Kind::String;
    }

    bool wanted(const JsonNode& node, std::string_view key, const std::string& field)
    {
        if (node.find(key) == nullptr)
            m_problems.add({"missing", shown(key) + " is missing", under(field, key)});
        return node.find(key) != nullptr;
    }

    void text(const JsonNode& node, std::string_view key, const std::string& field,
              std::string& into)
    {
        if (const JsonNode* found = node.find(key))
            if (isText(*found, under(field, key)))
                into = found->text;
    }

    void flag(const JsonNode& node, std::string_view key, const std::string& field, bool& into)
    {
        const JsonNode* found = node.find(key);
        if (found == nullptr)
            return;
        if (found->kind != Kind::Bool)
            return wrong("true or false", under(field, key));
        into = found->text == "true";
    }

    template<class Integer>
    void integer(const JsonNode& node, std::string_view key, const std::string& field,
                 std::optional<Integer>& into)
    {
        const JsonNode* found = node.find(key);
        if (found == nullptr || found->kind == Kind::Null)
            return;
        Integer number = 0;
        const char* end = found->text.data() + found->text.size();
        const auto read = std::from_chars(found->text.data(), end, number);
        if (found->kind != Kind::Number || read.ec != std::errc() || read.ptr != end)
            return wrong("an integer", under(field, key));
        into = number;
    }

    template<class Read>
    void each(const JsonNode& node, const std::string& field, Read read)
    {
        const JsonNode* list = node.find(field);
        if (list == nullptr)
            return;
        if (list->kind != Kind::Array)
            return wrong("a list", field);
        for (std::size_t i = 0; i < list->items.size(); ++i)
            read(list->items[i], at(field, i));
    }

    template<class Value>
    std::optional<Value> word(std::span<const Word<Value>> words, const std::string& written,
                              const char* what, const std::string& field)
    {
        const auto found = valueOf(words, written);
        if (found)
            return found;
        std::vector<std::string_view> names;
        for (const auto& each : words)
            names.push_back(each.first);
        m_problems.add({"unknown_name", "there is no " + std::string(what) + " " + shown(written),
                        field, std::string(nearestName(written, names))});
        return std::nullopt;
    }

    LookUp lookUp(const JsonNode& node, const std::string& field)
    {
        LookUp read;
        if (!isObject(node, field, {"table", "as", "on"}))
            return read;
        wanted(node, "table", field);
        text(node, "table", field, read.table);
        text(node, "as", field, read.as);
        if (!wanted(node, "on", field))
            return read;
        const JsonNode& on = *node.find("on");
        const std::string own = under(field, "on");
        if (on.isScalar())
            wrong("an object of columns, or a list of pairs", own);
        for (std::size_t i = 0; i < on.items.size(); ++i) {
            const JsonNode& item = on.items[i];
            if (on.kind == Kind::Object) {
                if (isText(item, under(own, on.keys[i])))
                    read.on.push_back({on.keys[i], item.text});
            } else if (item.kind == Kind::Array && item.items.size() == 2) {
                if (isText(item.items[0], at(own, i)) && isText(item.items[1], at(own, i)))
                    read.on.push_back({item.items[0].text, item.items[1].text});
            } else {
                wrong("a pair of columns", at(own, i));
            }
        }
        return read;
    }

    FilterGroup group(const JsonNode& node, const std::string& field)
    {
        if (node.kind != Kind::Object || node.find("any") == nullptr)
            return {filter(node, field)};
        FilterGroup read;
        isObject(node, field, {"any"});
        const JsonNode& any = *node.find("any");
        if (any.kind != Kind::Array || any.items.empty())
            wrong("a list of filters", under(field, "any"));
        else
            for (std::size_t i = 0; i < any.items.size(); ++i)
                read.push_back(filter(any.items[i], at(under(field, "any"), i)));
        return read;
    }

    Filter filter(const JsonNode& node, const std::string& field)
    {
        Filter read;
        if (!isObject(node, field, {"column", "op", "value", "values", "or_null"}))
            return read;
        wanted(node, "column", field);
        text(node, "column", field, read.column);
        comparison(node, field, read.op, read.values);
        flag(node, "or_null", field, read.orNull);
        return read;
    }

    void comparison(const JsonNode& node, const std::string& field, FilterOp& op,
                    std::vector<Constant>& values)
    {
        std::string written;
        if (wanted(node, "op", field))
            text(node, "op", field, written);
        if (!written.empty())
            op = word(filterOps(), written, "operator", under(field, "op")).value_or(op);
        const JsonNode* value = node.find("value");
        const JsonNode* list = node.find("values");
        if (value != nullptr && list != nullptr)
            m_problems.add({"refused", "give \"value\" or \"values\"", under(field, "values")});
        if (value != nullptr)
            values.push_back(constant(*value, under(field, "value")));
        if (list != nullptr && list->kind != Kind::Array)
            wrong("a list", under(field, "values"));
        else if (list != nullptr)
            for (std::size_t i = 0; i < list->items.size(); ++i)
                values.push_back(constant(list->items[i], at(under(field, "values"), i)));
    }

    Constant constant(const JsonNode& node, const std::string& field)
    {
        if (!node.isScalar())
            wrong("a text, a number, true or false", field);
        return node.kind == Kind::Null ? Constant() : Constant(node.text);
    }

    Dimension dimension(const JsonNode& node, const std::string& field)
    {
        Dimension read;
        if (node.kind == Kind::String) {
            read.column = node.text;
            return read;
        }
        if (!isObject(node, field, {"column", "as", "bucket", "zone", "bin", "origin"}))
            return read;
        wanted(node, "column", field);
        text(node, "column", field, read.column);
        text(node, "as", field, read.as);
        if (node.find("bucket") != nullptr) {
            read.bucket = bucket(*node.find("bucket"), under(field, "bucket"));
            text(node, "zone", field, read.bucket->zone);
        } else if (node.find("zone") != nullptr) {
            m_problems.add({"missing", "a zone belongs to a bucket", under(field, "bucket")});
        }
        if (node.find("bin") != nullptr) {
            read.bin.emplace();
            decimal(node, "bin", field, read.bin->width);
            decimal(node, "origin", field, read.bin->origin);
        } else if (node.find("origin") != nullptr) {
            m_problems.add({"missing", "an origin belongs to a bin", under(field, "bin")});
        }
        return read;
    }

    void decimal(const JsonNode& node, std::string_view key, const std::string& field,
                 std::string& into)
    {
        const JsonNode* found = node.find(key);
        if (found == nullptr)
            return;
        if (found->kind != Kind::Number && found->kind != Kind::String)
            return wrong("a number", under(field, key));
        into = found->text;
    }

    /// "day", "15 minutes".
    TimeBucket bucket(const JsonNode& node, const std::string& field)
    {
        TimeBucket read;
        if (!isText(node, field))
            return read;
        std::string_view written = node.text;
        const auto number =
            std::from_chars(written.data(), written.data() + written.size(), read.count);
        if (number.ec == std::errc()) {
            written.remove_prefix(static_cast<std::size_t>(number.ptr - written.data()));
            written.remove_prefix(std::min(written.find_first_not_of(' '), written.size()));
        }
        if (written.size() > 1 && written.ends_with('s'))
            written.remove_suffix(1);
        if (const auto unit = word(bucketUnits(), std::string(written), "length of time", field))
            read.unit = *unit;
        return read;
    }

    Measure measure(const JsonNode& node, const std::string& field)
    {
        Measure read;
        std::string kind;
        if (node.kind == Kind::String) {
            kind = node.text;
        } else if (isObject(node, field, {"kind", "column", "as", "fraction"})) {
            if (wanted(node, "kind", field))
                text(node, "kind", field, kind);
            text(node, "column", field, read.column);
            text(node, "as", field, read.as);
            fraction(node, field, read.fraction);
        } else {
            return read;
        }
        const std::string own = node.kind == Kind::String ? field : under(field, "kind");
        if (!kind.empty() || node.kind == Kind::String)
            read.kind = word(measureKinds(), kind, "measure", own).value_or(read.kind);
        return read;
    }

    void fraction(const JsonNode& node, const std::string& field, std::optional<double>& into)
    {
        const JsonNode* found = node.find("fraction");
        if (found == nullptr || found->kind == Kind::Null)
            return;
        double number = 0;
        const char* end = found->text.data() + found->text.size();
        if (found->kind != Kind::Number ||
            std::from_chars(found->text.data(), end, number).ec != std::errc())
            return wrong("a number", under(field, "fraction"));
        into = number;
    }

    Having having(const JsonNode& node, const std::string& field)
    {
        Having read;
        if (!isObject(node, field, {"measure", "op", "value", "values"}))
            return read;
        wanted(node, "measure", field);
        text(node, "measure", field, read.measure);
        comparison(node, field, read.op, read.values);
        return read;
    }

    TopN top(const JsonNode& node)
    {
        TopN read;
        if (!isObject(node, "top", {"count", "by", "ascending", "with_other", "other_label"}))
            return read;
        std::optional<int> count = read.count;
        integer(node, "count", "top", count);
        read.count = *count;
        text(node, "by", "top", read.by);
        flag(node, "ascending", "top", read.ascending);
        flag(node, "with_other", "top", read.withOther);
        text(node, "other_label", "top", read.otherLabel);
        return read;
    }

    SortKey sortKey(const JsonNode& node, const std::string& field)
    {
        SortKey read;
        if (node.kind == Kind::String) {
            read.descending = node.text.starts_with('-');
            read.name = node.text.substr(read.descending ? 1 : 0);
        } else if (isObject(node, field, {"name", "descending", "nulls_first"})) {
            wanted(node, "name", field);
            text(node, "name", field, read.name);
            flag(node, "descending", field, read.descending);
            flag(node, "nulls_first", field, read.nullsFirst);
        }
        return read;
    }

    ProblemList m_problems;
};

} // namespace

Checked<AggregateRequest> parseAggregate(std::string_view json)
{
    const auto body = parseJson(json);
    if (!body)
        return body.problems();
    return BodyReader().read(*body);
}

} // namespace millrace::query
