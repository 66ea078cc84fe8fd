// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/name_check.h"

#include "core/query/output_name.h"
#include "core/query/parse_tree.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>

namespace millrace::query {

namespace {

constexpr std::size_t columnsMax =
    1'664; ///< PostgreSQL's own; stars in WITHs would double for ever

/// Functions of PostgreSQL that take a row as such, whatever its type.
constexpr std::string_view rowTakers[] = {"count",   "json_agg", "jsonb_agg",
                                          "to_json", "to_jsonb", "row_to_json"};

bool takesRows(const ProtobufCMessage& message)
{
    const auto* call = as<PgQuery__FuncCall>(message);
    if (call == nullptr)
        return is<PgQuery__NullTest>(message);
    const auto parts = strings(call->funcname, call->n_funcname);
    return !parts.empty() && std::find(std::begin(rowTakers), std::end(rowTakers), parts.back()) !=
                                 std::end(rowTakers);
}

std::string inQuotes(std::string_view name)
{
    return "\"" + std::string(name) + "\"";
}

struct ReferenceParts
{
    std::vector<std::string_view> names;
    bool hasStar;
};

ReferenceParts partsOf(const ProtobufCMessage& message)
{
    const auto& reference = *as<PgQuery__ColumnRef>(message);
    auto names = strings(reference.fields, reference.n_fields);
    const bool hasStar = names.size() < reference.n_fields;
    return {std::move(names), hasStar};
}

} // namespace

NameCheck::NameCheck(const Catalogue& catalogue, std::string_view sql)
    : m_catalogue(catalogue)
    , m_sql(sql)
{
}

std::optional<Problem> NameCheck::run(const Message& root)
{
    walk(root, {}, nullptr);
    return m_problem;
}

std::set<std::string> NameCheck::tables() const
{
    std::set<std::string> names;
    for (const SourceTable* table : m_tables)
        names.insert(schema::quoted(table->name));
    return names;
}

void NameCheck::refuse(const Message& message, std::string code, std::string what,
                       std::string_view nearest)
{
    const int location = locationOf(message);
    if (!m_problem)
        m_problem = Problem{std::move(code), std::move(what), "query", std::string(nearest),
                            positionOf(m_sql, location > 0 ? location : m_place)};
}

/// Gives the columns of its answer.
ColumnNames NameCheck::select(const Message& message, const NameScope* outer, Withs withs)
{
    const auto& select = *as<PgQuery__SelectStmt>(message);
    m_isPlain = m_isPlain && ++m_selects == 1;
    withs = withsOf(select, outer, withs);
    if (select.larg != nullptr && select.rarg != nullptr)
        return setOperation(select, outer, withs);
    const NameScope scope{from({select.from_clause, select.n_from_clause}, outer, withs), outer};
    const Nodes lists[] = {{select.target_list, select.n_target_list},
                           {select.window_clause, select.n_window_clause},
                           {select.values_lists, select.n_values_lists},
                           {&select.where_clause, 1},
                           {&select.having_clause, 1},
                           {&select.limit_offset, 1},
                           {&select.limit_count, 1}};
    for (const Nodes list : lists)
        walkAll(list, scope, withs);
    const ColumnNames columns = outputs(select, scope);
    const Nodes named[] = {{select.distinct_clause, select.n_distinct_clause},
                           {select.group_clause, select.n_group_clause},
                           {select.sort_clause, select.n_sort_clause}};
    for (const Nodes list : named)
        for (const Message* item : messages(list.data(), list.size()))
            walkOrNames(*item, scope, withs, columns);
    if (columns.size() > columnsMax)
        refuse(message, "limit",
               "at most " + std::to_string(columnsMax) +
                   " columns may come out of one step; name those that are needed");
    return m_problem ? ColumnNames() : columns;
}

/// Both sides see what is around the whole; ORDER BY sees the columns of the answer.
ColumnNames NameCheck::setOperation(const PgQuery__SelectStmt& select, const NameScope* outer,
                                    Withs withs)
{
    const ColumnNames columns = this->select(select.larg->base, outer, withs);
    this->select(select.rarg->base, outer, withs);
    const NameScope scope{{{}, columns}, outer};
    walkAll({select.sort_clause, select.n_sort_clause}, scope, withs);
    walkAll({&select.limit_offset, 1}, scope, withs);
    walkAll({&select.limit_count, 1}, scope, withs);
    return columns;
}

/// Each is seen by those after it and by everything below its SELECT.
NameCheck::Withs NameCheck::withsOf(const PgQuery__SelectStmt& select, const NameScope* outer,
                                    Withs withs)
{
    if (select.with_clause == nullptr)
        return withs;
    for (const Message* item : messages(select.with_clause->ctes, select.with_clause->n_ctes)) {
        const auto& with = *as<PgQuery__CommonTableExpr>(*item);
        const Message* query = inside(with.ctequery);
        if (query == nullptr || !is<PgQuery__SelectStmt>(*query)) {
            refuse(*item, "refused", "behind WITH stands one SELECT");
            return withs;
        }
        const auto names = strings(with.aliascolnames, with.n_aliascolnames);
        for (const std::string_view name : names)
            m_casts.made(name);
        ColumnNames columns = renamed(this->select(*query, outer, withs), names);
        withs = &m_withs.emplace_back(With{with.ctename, std::move(columns), withs});
    }
    return withs;
}

ColumnNames NameCheck::outputs(const PgQuery__SelectStmt& select, const NameScope& scope)
{
    ColumnNames columns;
    for (const Message* item : messages(select.target_list, select.n_target_list)) {
        if (columns.size() > columnsMax)
            break;
        const auto& target = *as<PgQuery__ResTarget>(*item);
        const Message* value = inside(target.val);
        if (value == nullptr)
            continue;
        if (is<PgQuery__ColumnRef>(*value) && partsOf(*value).hasStar) {
            const ColumnNames all = starOf(*value, scope);
            columns.insert(columns.end(), all.begin(), all.end());
        } else {
            columns.push_back(*target.name != '\0' ? target.name : outputName(*value));
            if (*target.name != '\0' || !is<PgQuery__ColumnRef>(*value))
                m_casts.output(columns.back(), *value);
        }
    }
    if (select.n_values_lists == 0)
        return columns;
    const Message* first = inside(select.values_lists[0]);
    const auto* list = first == nullptr ? nullptr : as<PgQuery__List>(*first);
    for (std::size_t i = 1; list != nullptr && i <= list->n_items; ++i)
        m_casts.made(columns.emplace_back(m_made.emplace_back("column" + std::to_string(i))));
    return columns;
}

ColumnNames NameCheck::starOf(const Message& reference, const NameScope& scope)
{
    const auto parts = partsOf(reference);
    if (parts.names.empty())
        return scope.space.columns;
    const auto relations = scope.relations(parts.names.front());
    return relations.empty() ? ColumnNames() : relations.front()->columns;
}

void NameCheck::walkAll(Nodes nodes, const NameScope& scope, Withs withs)
{
    for (const Message* message : messages(nodes.data(), nodes.size()))
        walk(*message, scope, withs);
}

void NameCheck::walk(const Message& message, const NameScope& scope, Withs withs)
{
    if (m_problem)
        return;
    if (const int location = locationOf(message); location > 0)
        m_place = location;
    if (is<PgQuery__SelectStmt>(message)) {
        select(message, &scope, withs);
        return;
    }
    if (is<PgQuery__ColumnRef>(message))
        return column(message, scope, Row::Refused);
    if (is<PgQuery__TypeCast>(message))
        m_casts.cast(message);
    const bool expands = is<PgQuery__ResTarget>(message) || is<PgQuery__RowExpr>(message);
    const Row row = expands ? Row::Expanded : takesRows(message) ? Row::Taken : Row::Refused;
    eachChild(message, [&](const Message& child) {
        if (is<PgQuery__ColumnRef>(child))
            column(child, scope, row);
        else
            walk(child, scope, withs);
        return !m_problem;
    });
}

/// GROUP BY, ORDER BY and DISTINCT ON may name columns of the answer, alone.
void NameCheck::walkOrNames(const Message& message, const NameScope& scope, Withs withs,
                            const ColumnNames& named)
{
    if (is<PgQuery__ColumnRef>(message)) {
        const auto parts = partsOf(message);
        if (parts.names.size() == 1 && !parts.hasStar && isIn(named, parts.names.front()))
            return;
        return column(message, scope, Row::Refused);
    }
    const bool isList = is<PgQuery__SortBy>(message) || is<PgQuery__GroupingSet>(message) ||
                        is<PgQuery__RowExpr>(message);
    if (!isList)
        return walk(message, scope, withs);
    eachChild(message, [&](const Message& child) {
        walkOrNames(child, scope, withs, named);
        return !m_problem;
    });
}

void NameCheck::column(const Message& reference, const NameScope& scope, Row row)
{
    const auto [names, hasStar] = partsOf(reference);
    if (names.size() + (hasStar ? 1 : 0) > 2)
        return refuse(reference, "refused", "write a column as alias.column");
    if (names.empty()) {
        if (row != Row::Expanded)
            refuse(reference, "refused", "write * alone behind SELECT, or count(*)");
        return;
    }
    if (names.size() == 2)
        return columnOf(reference, names.front(), names.back(), scope);
    if (hasStar) {
        if (scope.relations(names.front()).empty())
            return columnOf(reference, names.front(), {}, scope);
        if (row == Row::Refused)
            wholeRow(reference, names.front(), scope, row);
        return;
    }
    if (!scope.hasColumn(names.front()))
        wholeRow(reference, names.front(), scope, row);
}

void NameCheck::columnOf(const Message& reference, std::string_view relation, std::string_view name,
                         const NameScope& scope)
{
    const auto found = scope.relations(relation);
    if (found.empty())
        return refuse(reference, "unknown_name",
                      "there is no " + inQuotes(relation) + " to be seen in FROM here",
                      scope.nearestRelation(relation));
    for (const Relation* each : found)
        if (!isIn(each->columns, name))
            return refuse(reference, "unknown_name",
                          inQuotes(relation) + " has no column " + inQuotes(name),
                          NameScope{spaceOf(*each)}.nearestColumn(name));
}

/// A name alone that is no column.
void NameCheck::wholeRow(const Message& reference, std::string_view name, const NameScope& scope,
                         Row row)
{
    const auto found = scope.relations(name);
    if (found.empty())
        return refuse(reference, "unknown_name", "there is no column " + inQuotes(name) + " here",
                      scope.nearestColumn(name));
    const bool isValue =
        std::all_of(found.begin(), found.end(), [](const Relation* each) { return each->isValue; });
    if (!isValue && row != Row::Taken)
        refuse(reference, "refused",
               inQuotes(name) + " is a whole row; write its columns, " + std::string(name) +
                   ".* behind SELECT, or to_jsonb(" + std::string(name) + ")");
}

} // namespace millrace::query
