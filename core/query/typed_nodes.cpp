// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <span>

namespace millrace::query {

#define MR_NODE(Type, descriptor)                                                                  \
    template<>                                                                                     \
    const ProtobufCMessageDescriptor* descriptorOf<Type>()                                         \
    {                                                                                              \
        return &(descriptor);                                                                      \
    }
MR_NODE(PgQuery__RangeVar, pg_query__range_var__descriptor)
MR_NODE(PgQuery__Alias, pg_query__alias__descriptor)
MR_NODE(PgQuery__CommonTableExpr, pg_query__common_table_expr__descriptor)
MR_NODE(PgQuery__ResTarget, pg_query__res_target__descriptor)
MR_NODE(PgQuery__FuncCall, pg_query__func_call__descriptor)
MR_NODE(PgQuery__TypeName, pg_query__type_name__descriptor)
MR_NODE(PgQuery__TypeCast, pg_query__type_cast__descriptor)
MR_NODE(PgQuery__RangeFunction, pg_query__range_function__descriptor)
MR_NODE(PgQuery__SelectStmt, pg_query__select_stmt__descriptor)
MR_NODE(PgQuery__WithClause, pg_query__with_clause__descriptor)
MR_NODE(PgQuery__ColumnRef, pg_query__column_ref__descriptor)
MR_NODE(PgQuery__AExpr, pg_query__a__expr__descriptor)
MR_NODE(PgQuery__AConst, pg_query__a__const__descriptor)
MR_NODE(PgQuery__AArrayExpr, pg_query__a__array_expr__descriptor)
MR_NODE(PgQuery__AIndirection, pg_query__a__indirection__descriptor)
MR_NODE(PgQuery__AIndices, pg_query__a__indices__descriptor)
MR_NODE(PgQuery__SubLink, pg_query__sub_link__descriptor)
MR_NODE(PgQuery__SQLValueFunction, pg_query__sqlvalue_function__descriptor)
MR_NODE(PgQuery__CollateClause, pg_query__collate_clause__descriptor)
MR_NODE(PgQuery__JoinExpr, pg_query__join_expr__descriptor)
MR_NODE(PgQuery__GroupingSet, pg_query__grouping_set__descriptor)
MR_NODE(PgQuery__List, pg_query__list__descriptor)
MR_NODE(PgQuery__RangeSubselect, pg_query__range_subselect__descriptor)
MR_NODE(PgQuery__NullTest, pg_query__null_test__descriptor)
MR_NODE(PgQuery__RowExpr, pg_query__row_expr__descriptor)
MR_NODE(PgQuery__CaseExpr, pg_query__case_expr__descriptor)
MR_NODE(PgQuery__CoalesceExpr, pg_query__coalesce_expr__descriptor)
MR_NODE(PgQuery__MinMaxExpr, pg_query__min_max_expr__descriptor)
MR_NODE(PgQuery__GroupingFunc, pg_query__grouping_func__descriptor)
MR_NODE(PgQuery__SortBy, pg_query__sort_by__descriptor)
MR_NODE(PgQuery__ParamRef, pg_query__param_ref__descriptor)
#undef MR_NODE

const ProtobufCMessageDescriptor* descriptorIn(const ProtobufCMessage& message) noexcept
{
    return message.descriptor;
}

namespace {

constexpr std::int64_t setsMax = 1'000'000;

std::span<PgQuery__Node* const> listOf(PgQuery__Node* const* nodes, std::size_t count)
{
    return {nodes, count};
}

bool hasPower(const ProtobufCMessage& message)
{
    if (const auto* operation = as<PgQuery__AExpr>(message)) {
        const auto parts = strings(operation->name, operation->n_name);
        if (!parts.empty() && parts.back() == "^")
            return true;
    } else if (const auto* call = as<PgQuery__FuncCall>(message)) {
        const auto parts = strings(call->funcname, call->n_funcname);
        if (!parts.empty() && (parts.back() == "power" || parts.back() == "pow"))
            return true;
    }
    return !eachChild(message, [](const ProtobufCMessage& child) { return !hasPower(child); });
}

std::int64_t setsIn(const PgQuery__GroupingSet& set)
{
    const auto content = messages(set.content, set.n_content);
    switch (set.kind) {
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_ROLLUP:
        return static_cast<std::int64_t>(content.size()) + 1;
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_CUBE:
        return content.size() > 19 ? setsMax : std::int64_t{1} << content.size();
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_SETS: {
        std::int64_t sum = 0;
        for (const ProtobufCMessage* each : content) {
            const auto* inner = as<PgQuery__GroupingSet>(*each);
            sum = std::min(setsMax, sum + (inner == nullptr ? 1 : setsIn(*inner)));
        }
        return sum;
    }
    default:
        return 1;
    }
}

} // namespace

const ProtobufCMessage* inside(const PgQuery__Node* node) noexcept
{
    // All members of the union are pointers to messages.
    if (node == nullptr || node->node_case == PG_QUERY__NODE__NODE__NOT_SET)
        return nullptr;
    return reinterpret_cast<const ProtobufCMessage*>(node->alias);
}

std::vector<std::string_view> strings(PgQuery__Node* const* nodes, std::size_t count)
{
    std::vector<std::string_view> texts;
    for (const PgQuery__Node* node : listOf(nodes, count))
        if (node->node_case == PG_QUERY__NODE__NODE_STRING)
            texts.emplace_back(node->string->sval);
    return texts;
}

std::vector<const ProtobufCMessage*> messages(PgQuery__Node* const* nodes, std::size_t count)
{
    std::vector<const ProtobufCMessage*> found;
    for (const PgQuery__Node* node : listOf(nodes, count))
        if (const ProtobufCMessage* message = inside(node))
            found.push_back(message);
    return found;
}

std::optional<ConstantNode> constantIn(const PgQuery__Node* node)
{
    const ProtobufCMessage* message = inside(node);
    while (message != nullptr && is<PgQuery__TypeCast>(*message))
        message = inside(as<PgQuery__TypeCast>(*message)->arg);
    const auto* constant = message == nullptr ? nullptr : as<PgQuery__AConst>(*message);
    if (constant == nullptr)
        return std::nullopt;
    ConstantNode found;
    switch (constant->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        found.integer = constant->ival->ival;
        break;
    case PG_QUERY__A__CONST__VAL_FVAL:
        found.number = constant->fval->fval;
        break;
    case PG_QUERY__A__CONST__VAL_SVAL:
        found.text = constant->sval->sval;
        break;
    default:
        break;
    }
    return found;
}

bool isPower(const PgQuery__Node* node)
{
    const ProtobufCMessage* message = inside(node);
    return message != nullptr && hasPower(*message);
}

int relationsIn(PgQuery__Node* const* from, std::size_t count)
{
    int relations = 0;
    for (const ProtobufCMessage* item : messages(from, count)) {
        if (const auto* join = as<PgQuery__JoinExpr>(*item)) {
            relations += relationsIn(&join->larg, 1) + relationsIn(&join->rarg, 1);
            continue;
        }
        ++relations;
    }
    return relations;
}

std::int64_t groupingSetsIn(PgQuery__Node* const* group, std::size_t count)
{
    std::int64_t product = 1;
    for (const ProtobufCMessage* item : messages(group, count)) {
        const auto* set = as<PgQuery__GroupingSet>(*item);
        product = std::min(setsMax, product * (set == nullptr ? 1 : setsIn(*set)));
    }
    return product;
}

} // namespace millrace::query
