// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"
#include "core/query/name_check.h"
#include "core/query/parse_tree.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>

namespace millrace::query {

namespace {

/// Columns of a function in FROM; without names of its own it takes that of its alias.
Relation resultOf(std::string_view function, std::string_view alias)
{
    if (function.ends_with("_each") || function.ends_with("_each_text"))
        return {alias, {"key", "value"}};
    if (function.ends_with("_array_elements") || function.ends_with("_array_elements_text"))
        return {alias, {"value"}, true};
    return {alias, {alias}, true};
}

} // namespace

Space NameCheck::from(Nodes items, const NameScope* outer, Withs withs)
{
    NameScope before{{}, outer};
    for (PgQuery__Node* item : items)
        before.space = joined(before.space, fromItem(item, before, withs));
    return before.space;
}

/// `before`: what LATERAL sees, the outer scope around it.
Space NameCheck::fromItem(const PgQuery__Node* node, const NameScope& before, Withs withs)
{
    const Message* item = inside(node);
    if (item == nullptr || m_problem)
        return {};
    if (const int location = locationOf(*item); location > 0)
        m_place = location;
    if (is<PgQuery__RangeVar>(*item))
        return table(*item, withs);
    if (is<PgQuery__RangeFunction>(*item))
        return function(*item, before, withs);
    if (const auto* join = as<PgQuery__JoinExpr>(*item))
        return this->join(*join, before, withs);
    const auto* sub = as<PgQuery__RangeSubselect>(*item);
    const Message* query = sub == nullptr ? nullptr : inside(sub->subquery);
    if (query == nullptr || !is<PgQuery__SelectStmt>(*query)) {
        refuse(*item, "refused", "in FROM stand tables, SELECTs in parentheses and functions");
        return {};
    }
    const NameScope* outer = sub->lateral != 0 ? &before : before.outer;
    return aliased({{}, select(*query, outer, withs)}, sub->alias);
}

/// ON sees the two sides and what is outside the FROM, not what stands before the join.
Space NameCheck::join(const PgQuery__JoinExpr& join, const NameScope& before, Withs withs)
{
    const Space left = fromItem(join.larg, before, withs);
    const NameScope beside{joined(before.space, left), before.outer};
    const Space right = fromItem(join.rarg, beside, withs);
    const auto merged = strings(join.using_clause, join.n_using_clause);
    for (const std::string_view name : merged)
        for (const Space* side : {&left, &right})
            if (!isIn(side->columns, name))
                refuse(join.base, "unknown_name",
                       "USING: one side has no column \"" + std::string(name) + "\"",
                       NameScope{*side}.nearestColumn(name));
    NameScope both{joined(left, right, merged), before.outer};
    if (const Message* on = inside(join.quals))
        walk(*on, both, withs);
    if (join.join_using_alias != nullptr)
        both.space.relations.push_back({join.join_using_alias->aliasname, merged});
    return join.alias == nullptr ? both.space : aliased({{}, both.space.columns}, join.alias);
}

Space NameCheck::aliased(Relation relation, const PgQuery__Alias* alias)
{
    if (alias == nullptr)
        return spaceOf(std::move(relation));
    relation.name = alias->aliasname;
    const auto names = strings(alias->colnames, alias->n_colnames);
    if (names.size() > relation.columns.size())
        refuse(alias->base, "unknown_name",
               "\"" + std::string(relation.name) + "\" has " +
                   std::to_string(relation.columns.size()) + " columns, and more are named");
    for (const std::string_view name : names)
        m_casts.made(name);
    relation.columns = renamed(std::move(relation.columns), names);
    return spaceOf(std::move(relation));
}

Space NameCheck::table(const Message& message, Withs withs)
{
    const auto& range = *as<PgQuery__RangeVar>(message);
    const std::string name = range.relname;
    const std::string schema = range.schemaname;
    if (range.inh == 0) {
        refuse(message, "refused", "\"RangeVar.inh\" is not allowed here; leave ONLY out");
        return {};
    }
    for (const With* with = withs; schema.empty() && with != nullptr; with = with->before)
        if (with->name == name)
            return aliased({with->name, with->columns}, range.alias);
    const SourceTable* table = m_catalogue.find(name);
    const bool isFound = table != nullptr && table->name.name == name;
    const bool isHidden =
        schema.empty() && name.starts_with("pg_"); // pg_catalog is looked at first
    if (isFound && !isHidden && (schema.empty() || schema == table->name.schema)) {
        m_topics.insert(table->topic);
        m_tables.insert(table);
        m_rowsMost *= table->rowsMost;
        Relation relation{range.relname, {}};
        for (const SourceColumn& column : table->columns)
            relation.columns.emplace_back(column.name);
        return aliased(std::move(relation), range.alias);
    }
    ColumnNames known;
    for (const With* with = withs; schema.empty() && with != nullptr; with = with->before)
        known.push_back(with->name);
    known.push_back(table != nullptr ? std::string_view(table->name.name)
                                     : m_catalogue.nearestTable(name));
    const std::string_view nearest = table != nullptr ? known.back() : nearestName(name, known);
    refuse(message, "unknown_name",
           "there is no table \"" + (schema.empty() ? std::string() : schema + ".") + name +
               "\" to ask; GET /tables/ lists them",
           nearest);
    return {};
}

/// TreeCheck sees to it that it is one call of a function that gives rows.
Space NameCheck::function(const Message& message, const NameScope& before, Withs withs)
{
    const auto& range = *as<PgQuery__RangeFunction>(message);
    m_isPlain = false;
    std::string_view name;
    for (const Message* item : messages(range.functions, range.n_functions)) {
        const auto* pair = as<PgQuery__List>(*item);
        const Message* call =
            pair == nullptr || pair->n_items == 0 ? nullptr : inside(pair->items[0]);
        if (call == nullptr || !is<PgQuery__FuncCall>(*call)) {
            refuse(message, "refused", "write one function call in FROM");
            return {};
        }
        walk(*call, before, withs);
        const auto* function = as<PgQuery__FuncCall>(*call);
        const auto parts = strings(function->funcname, function->n_funcname);
        name = parts.empty() ? std::string_view() : parts.back();
    }
    Relation relation = resultOf(name, range.alias == nullptr ? name : range.alias->aliasname);
    m_casts.made(relation.name);
    for (const std::string_view column : relation.columns)
        m_casts.made(column);
    if (range.ordinality != 0) {
        relation.columns.emplace_back("ordinality");
        relation.isValue = false;
    }
    return aliased(std::move(relation), range.alias);
}

} // namespace millrace::query
