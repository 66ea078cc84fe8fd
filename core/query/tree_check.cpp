// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/tree_check.h"

#include "core/base/nearest_name.h"
#include "core/query/function_rules.h"
#include "core/query/parse_tree.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

namespace millrace::query {

using namespace std::string_literals;

TreeCheck::TreeCheck(const Catalogue& catalogue, std::string_view sql, StatementLimits limits)
    : m_catalogue(catalogue)
    , m_sql(sql)
    , m_limits(limits)
{
}

std::optional<Problem> TreeCheck::run(const ProtobufCMessage& root, Statement& statement)
{
    gather(root);
    walk(root, {});
    if (!m_problem && m_growthProduct > m_limits.growthMax)
        refuse(root, "limit", "the statement joins texts on too many levels; take levels out");
    statement.topics.assign(m_topics.begin(), m_topics.end());
    statement.isVolatile = m_isVolatile;
    return std::move(m_problem);
}

int TreeCheck::placeOf(const Message& message) const
{
    const int location = locationOf(message);
    return positionOf(m_sql, location > 0 ? location : m_place);
}

void TreeCheck::refuse(const Message& message, std::string code, std::string what,
                       std::string_view nearest)
{
    if (!m_problem)
        m_problem = Problem{std::move(code), std::move(what), "query", std::string(nearest),
                            placeOf(message)};
}

/// What the statement calls its own: aliases, output columns, names of WITH.
void TreeCheck::gather(const Message& message)
{
    gatherTarget(message);
    if (const auto* range = as<PgQuery__RangeVar>(message)) {
        const std::string_view name = range->relname;
        const SourceTable* table = m_catalogue.find(name);
        const std::string alias(range->alias != nullptr ? range->alias->aliasname : range->relname);
        if (table != nullptr && table->name.name == name) {
            m_tables.insert(table);
            m_aliases.push_back(
                {alias, table, range->alias != nullptr && range->alias->n_colnames > 0});
        }
        m_relations.insert(alias);
    } else if (const auto* alias = as<PgQuery__Alias>(message)) {
        m_relations.insert(alias->aliasname);
        if (alias->n_colnames == 0)
            m_names.insert(alias->aliasname); // FROM unnest(…) AS x gives a column x
        for (const std::string_view name : strings(alias->colnames, alias->n_colnames))
            m_names.emplace(name);
    } else if (const auto* with = as<PgQuery__CommonTableExpr>(message)) {
        m_relations.insert(with->ctename);
        for (const std::string_view name : strings(with->aliascolnames, with->n_aliascolnames))
            m_names.emplace(name);
    }
    eachChild(message, [this](const Message& child) {
        gather(child);
        return true;
    });
}

/// Names that columns have or get without being told.
void TreeCheck::gatherTarget(const Message& message)
{
    if (const auto* target = as<PgQuery__ResTarget>(message)) {
        if (*target->name != '\0')
            m_names.insert(target->name);
    } else if (const auto* call = as<PgQuery__FuncCall>(message)) {
        const auto parts = strings(call->funcname, call->n_funcname);
        if (!parts.empty() && functionRule(parts.back()) != nullptr)
            m_names.emplace(parts.back());
    } else if (const auto* type = as<PgQuery__TypeName>(message)) {
        const auto parts = strings(type->names, type->n_names);
        if (!parts.empty())
            m_names.emplace(parts.back());
    } else if (is<PgQuery__RangeFunction>(message) || is<PgQuery__SelectStmt>(message)) {
        for (const char* name : {"key", "value", "ordinality", "column1", "column2", "column3",
                                 "case", "coalesce", "nullif", "greatest", "least", "exists",
                                 "array", "row", "current_date", "current_timestamp"})
            m_names.insert(name);
    }
}

void TreeCheck::walk(const Message& message, const Scope& scope)
{
    if (m_problem)
        return;
    if (const int location = locationOf(message); location > 0)
        m_place = location;
    if (is<PgQuery__SelectStmt>(message)) {
        select(message, scope);
        return;
    }
    if (!look(message, scope))
        return;
    eachChild(message, [&](const Message& child) {
        walk(child, scope);
        return !m_problem;
    });
}

/// Names of WITH are seen by those after them and by everything below their SELECT.
void TreeCheck::select(const Message& message, const Scope& scope)
{
    const auto& select = *as<PgQuery__SelectStmt>(message);
    Scope inner = scope;
    m_growth.push_back(1);
    if (select.with_clause != nullptr) {
        for (const Message* with : messages(select.with_clause->ctes, select.with_clause->n_ctes)) {
            const auto* table = as<PgQuery__CommonTableExpr>(*with);
            walk(*with, inner);
            if (table != nullptr)
                inner.emplace_back(table->ctename);
        }
    }
    countSelect(message);
    eachChild(message, [&](const Message& child) {
        if (!is<PgQuery__WithClause>(child))
            walk(child, inner);
        return !m_problem;
    });
    m_growthProduct = std::min(m_growthProduct * m_growth.back(), m_limits.growthMax + 1);
    m_growth.pop_back();
}

/// False: its children have been seen to.
bool TreeCheck::look(const Message& message, const Scope& scope)
{
    if (is<PgQuery__RangeVar>(message))
        rangeVar(message, scope);
    else if (is<PgQuery__RangeFunction>(message)) {
        rangeFunction(message, scope);
        return false;
    } else if (is<PgQuery__ColumnRef>(message)) {
        columnRef(message);
        return false;
    } else if (is<PgQuery__FuncCall>(message))
        functionCall(message, false);
    else if (is<PgQuery__AExpr>(message))
        operation(message);
    else if (is<PgQuery__SubLink>(message))
        subLink(message);
    else if (is<PgQuery__TypeName>(message))
        typeName(message);
    else if (is<PgQuery__SQLValueFunction>(message))
        valueFunction(message);
    else if (is<PgQuery__AConst>(message))
        constant(message);
    else if (is<PgQuery__CollateClause>(message))
        collation(message);
    else if (is<PgQuery__AIndirection>(message))
        indirection(message);
    else if (is<PgQuery__AArrayExpr>(message))
        ++m_growth.back();
    return true;
}

void TreeCheck::rangeVar(const Message& message, const Scope& scope)
{
    const auto& range = *as<PgQuery__RangeVar>(message);
    const std::string name = range.relname;
    const std::string schema = range.schemaname;
    ++m_allRelations;
    if (range.inh == 0)
        return refuse(message, "refused", "\"RangeVar.inh\" is not allowed here; leave ONLY out");
    if (schema.empty() && std::find(scope.begin(), scope.end(), name) != scope.end())
        return;
    const SourceTable* table = m_catalogue.find(name);
    const bool isFound = table != nullptr && table->name.name == name;
    const bool isHidden =
        schema.empty() && name.starts_with("pg_"); // pg_catalog is looked at first
    if (isFound && !isHidden && (schema.empty() || schema == table->name.schema)) {
        m_topics.insert(table->topic);
        return;
    }
    const std::string_view nearest =
        table != nullptr ? std::string_view(table->name.name) : m_catalogue.nearestTable(name);
    refuse(message, "unknown_name",
           "there is no table \"" + (schema.empty() ? ""s : schema + ".") + name +
               "\" to ask; GET /tables/ lists them",
           nearest);
}

bool TreeCheck::isKnownColumn(std::string_view name) const
{
    return m_names.contains(name) ||
           std::any_of(m_tables.begin(), m_tables.end(),
                       [name](const SourceTable* table) { return table->column(name) != nullptr; });
}

std::string_view TreeCheck::nearestColumn(std::string_view name) const
{
    std::vector<std::string_view> names;
    for (const SourceTable* table : m_tables)
        for (const SourceColumn& column : table->columns)
            names.push_back(column.name);
    return nearestName(name, names);
}

/// A name behind a dot may also be a function of the row before it, and a name alone a whole row:
/// only columns pass.
void TreeCheck::columnRef(const Message& message)
{
    const auto& reference = *as<PgQuery__ColumnRef>(message);
    const auto parts = strings(reference.fields, reference.n_fields);
    const bool hasStar = parts.size() < reference.n_fields;
    const std::size_t partsMax = hasStar ? 1 : 2;
    if (parts.size() > partsMax)
        return refuse(message, "refused", "write a column as alias.column");
    if (parts.size() == 2 || hasStar) {
        if (!parts.empty() && !m_relations.contains(parts.front()))
            return refuse(message, "unknown_name",
                          "there is no \"" + std::string(parts.front()) + "\" in FROM");
    }
    if (hasStar || parts.empty())
        return;
    const std::string_view name = parts.back();
    if (parts.size() == 2) {
        const SourceTable* of = nullptr;
        bool isRenamed = false;
        for (const TableAlias& alias : m_aliases) {
            if (alias.name != parts.front())
                continue;
            of = alias.table;
            isRenamed = isRenamed || alias.isRenamed;
            if (of->column(name) != nullptr)
                return;
        }
        if (of != nullptr && !(isRenamed && m_names.contains(name)))
            return refuse(message, "unknown_name",
                          "table \"" + of->name.name + "\" has no column \"" + std::string(name) +
                              "\"",
                          of->nearestColumn(name));
    }
    if (!isKnownColumn(name))
        refuse(message, "unknown_name", "there is no column \"" + std::string(name) + "\"",
               nearestColumn(name));
}

void TreeCheck::countSelect(const Message& message)
{
    const auto& select = *as<PgQuery__SelectStmt>(message);
    const auto over = [](std::size_t count, int most) {
        return count > static_cast<std::size_t>(most);
    };
    if (over(select.n_target_list, m_limits.targetsMax))
        return refuse(message, "limit",
                      "at most " + std::to_string(m_limits.targetsMax) +
                          " columns may stand after SELECT");
    if (select.op != PG_QUERY__SET_OPERATION__SETOP_NONE &&
        ++m_setOperations > m_limits.setOperationsMax)
        return refuse(message, "limit",
                      "a statement has at most " + std::to_string(m_limits.setOperationsMax) +
                          " UNION, INTERSECT and EXCEPT");
    const int relations = relationsIn(select.from_clause, select.n_from_clause);
    m_allRelations += relations;
    if (relations > m_limits.relationsMax || m_allRelations > m_limits.allRelationsMax)
        return refuse(message, "limit",
                      "at most " + std::to_string(m_limits.relationsMax) +
                          " tables may stand in one FROM; look them up in steps by WITH");
    if (groupingSetsIn(select.group_clause, select.n_group_clause) > m_limits.groupingSetsMax)
        refuse(message, "limit",
               "GROUP BY makes more than " + std::to_string(m_limits.groupingSetsMax) +
                   " grouping sets; name the ones that are needed");
}

} // namespace millrace::query
