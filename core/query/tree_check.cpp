// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/tree_check.h"

#include "core/query/function_rules.h"
#include "core/query/parse_tree.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

namespace millrace::query {

using namespace std::string_literals;

TreeCheck::TreeCheck(std::string_view sql, Params params, StatementLimits limits)
    : m_sql(sql)
    , m_params(params)
    , m_limits(limits)
{
}

std::optional<Problem> TreeCheck::run(const ProtobufCMessage& root, Statement& statement)
{
    walk(root);
    searchOfGathered();
    if (!m_problem && m_growthProduct > m_limits.growthMax)
        refuse(root, "limit", "the statement joins texts on too many levels; take levels out");
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

void TreeCheck::walk(const Message& message)
{
    if (m_problem)
        return;
    if (const int location = locationOf(message); location > 0)
        m_place = location;
    if (is<PgQuery__SelectStmt>(message)) {
        select(message);
        return;
    }
    if (!look(message))
        return;
    eachChild(message, [this](const Message& child) {
        walk(child);
        return !m_problem;
    });
}

void TreeCheck::select(const Message& message)
{
    m_growth.push_back(1);
    countSelect(message);
    eachChild(message, [this](const Message& child) {
        walk(child);
        return !m_problem;
    });
    m_growthProduct = std::min(m_growthProduct * m_growth.back(), m_limits.growthMax + 1);
    m_growth.pop_back();
}

/// False: its children have been seen to.
bool TreeCheck::look(const Message& message)
{
    if (is<PgQuery__RangeFunction>(message)) {
        rangeFunction(message);
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
    else if (is<PgQuery__ParamRef>(message))
        parameter(message);
    else if (is<PgQuery__CollateClause>(message))
        collation(message);
    else if (is<PgQuery__AIndirection>(message))
        indirection(message);
    else if (is<PgQuery__AArrayExpr>(message))
        ++m_growth.back();
    return true;
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
