// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/query/aggregate_json.h"
#include "core/query/aggregate_words.h"

#include <array>
#include <charconv>
#include <set>

namespace millrace::query {

namespace {

/// Writes members in the order they are told, and only those that differ from their default.
class ObjectText
{
public:
    ObjectText& text(std::string_view key, const std::string& value)
    {
        std::string json;
        appendJsonString(json, value);
        return raw(key, json);
    }
    ObjectText& raw(std::string_view key, const std::string& json)
    {
        m_json += m_json.size() > 1 ? "," : "";
        appendJsonString(m_json, key);
        m_json += ":" + json;
        return *this;
    }
    ObjectText& textUnless(std::string_view plain, std::string_view key, const std::string& value)
    {
        return value == plain ? *this : text(key, value);
    }
    ObjectText& flag(std::string_view key, bool value, bool plain = false)
    {
        return value == plain ? *this : raw(key, value ? "true" : "false");
    }
    template<class Values, class Write>
    ObjectText& list(std::string_view key, const Values& values, Write write)
    {
        return values.empty() ? *this : raw(key, listText(values, write));
    }
    template<class Values, class Write>
    static std::string listText(const Values& values, Write write)
    {
        std::string json = "[";
        for (const auto& value : values)
            json += (json.size() > 1 ? "," : "") + write(value);
        return json + "]";
    }
    [[nodiscard]] std::string take() { return m_json + "}"; }

private:
    std::string m_json = "{";
};

std::string textOf(const std::string& value)
{
    std::string json;
    appendJsonString(json, value);
    return json;
}

std::string constantOf(const Constant& value)
{
    return value ? textOf(*value) : "null";
}

std::string doubleOf(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

std::string onOf(const std::vector<LookUp::Pair>& on)
{
    std::set<std::string> lefts;
    ObjectText object;
    for (const LookUp::Pair& pair : on) {
        lefts.insert(pair.left);
        object.text(pair.left, pair.right);
    }
    if (lefts.size() == on.size())
        return object.take();
    return ObjectText::listText(on, [](const LookUp::Pair& pair) {
        return "[" + textOf(pair.left) + "," + textOf(pair.right) + "]";
    });
}

std::string lookUpOf(const LookUp& lookUp)
{
    return ObjectText()
        .text("table", lookUp.table)
        .textUnless("", "as", lookUp.as)
        .raw("on", onOf(lookUp.on))
        .take();
}

std::string filterOf(const Filter& filter)
{
    return ObjectText()
        .text("column", filter.column)
        .text("op", std::string(wordOf(filterOps(), filter.op)))
        .list("values", filter.values, constantOf)
        .flag("or_null", filter.orNull)
        .take();
}

std::string groupOf(const FilterGroup& group)
{
    return group.size() == 1
               ? filterOf(group.front())
               : ObjectText().raw("any", ObjectText::listText(group, filterOf)).take();
}

std::string dimensionOf(const Dimension& dimension)
{
    ObjectText object;
    object.text("column", dimension.column).textUnless("", "as", dimension.as);
    if (dimension.bucket)
        object
            .text("bucket", std::to_string(dimension.bucket->count) + " " +
                                std::string(wordOf(bucketUnits(), dimension.bucket->unit)))
            .textUnless("UTC", "zone", dimension.bucket->zone);
    if (dimension.bin)
        object.text("bin", dimension.bin->width).textUnless("0", "origin", dimension.bin->origin);
    return object.take();
}

std::string measureOf(const Measure& measure)
{
    ObjectText object;
    object.text("kind", std::string(wordOf(measureKinds(), measure.kind)))
        .textUnless("", "column", measure.column)
        .textUnless("", "as", measure.as);
    if (measure.fraction)
        object.raw("fraction", doubleOf(*measure.fraction));
    return object.take();
}

std::string havingOf(const Having& having)
{
    return ObjectText()
        .text("measure", having.measure)
        .text("op", std::string(wordOf(filterOps(), having.op)))
        .list("values", having.values, constantOf)
        .take();
}

std::string topOf(const TopN& top)
{
    return ObjectText()
        .raw("count", std::to_string(top.count))
        .textUnless("", "by", top.by)
        .flag("ascending", top.ascending)
        .flag("with_other", top.withOther, true)
        .textUnless("Other", "other_label", top.otherLabel)
        .take();
}

std::string sortOf(const SortKey& key)
{
    return ObjectText()
        .text("name", key.name)
        .flag("descending", key.descending)
        .flag("nulls_first", key.nullsFirst)
        .take();
}

} // namespace

std::string aggregateJson(const AggregateRequest& request)
{
    ObjectText body;
    body.text("table", request.source.table)
        .list("latest_per", request.source.latestPer, textOf)
        .list("look_ups", request.lookUps, lookUpOf)
        .list("where", request.where, groupOf)
        .list("group_by", request.dimensions, dimensionOf)
        .list("measures", request.measures, measureOf)
        .list("having", request.having, havingOf);
    if (request.top)
        body.raw("top", topOf(*request.top));
    body.list("sort", request.sort, sortOf);
    if (request.limit)
        body.raw("limit", std::to_string(*request.limit));
    return body.take();
}

} // namespace millrace::query
