// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/output_name.h"

#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

namespace millrace::query {

namespace {

using Message = ProtobufCMessage;

/// A weak name gives way to that of a cast or CASE around it.
struct Figured
{
    std::string_view name;
    bool isStrong;
};
constexpr Figured nothing{"?column?", false};

Figured figured(const Message* expression);

Figured orWeak(const PgQuery__Node* node, std::string_view name)
{
    const Figured inner = figured(inside(node));
    return inner.isStrong ? inner : Figured{name, false};
}

std::string_view lastOf(PgQuery__Node* const* nodes, std::size_t count)
{
    const auto parts = strings(nodes, count);
    return parts.empty() ? std::string_view() : parts.back();
}

std::string_view timeName(PgQuery__SQLValueFunctionOp function)
{
    switch (function) {
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE:
        return "current_date";
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N:
        return "current_time";
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N:
        return "current_timestamp";
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N:
        return "localtime";
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N:
        return "localtimestamp";
    default:
        return {};
    }
}

/// (SELECT a AS b) is called b; a star or VALUES there would have to be looked up.
Figured ofSelect(const Message* found)
{
    const auto* select = found == nullptr ? nullptr : as<PgQuery__SelectStmt>(*found);
    while (select != nullptr && select->larg != nullptr)
        select = select->larg;
    const Message* first =
        select == nullptr || select->n_target_list == 0 ? nullptr : inside(select->target_list[0]);
    const auto* target = first == nullptr ? nullptr : as<PgQuery__ResTarget>(*first);
    if (target == nullptr)
        return {{}, true};
    if (*target->name != '\0')
        return {target->name, true};
    return {figured(inside(target->val)).name, true};
}

Figured ofSubLink(const PgQuery__SubLink& link)
{
    switch (link.sub_link_type) {
    case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
        return {"exists", true};
    case PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK:
        return {"array", true};
    case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
        return ofSelect(inside(link.subselect));
    default:
        return nothing;
    }
}

Figured figured(const Message* expression)
{
    if (expression == nullptr)
        return nothing;
    const Message& message = *expression;
    if (const auto* column = as<PgQuery__ColumnRef>(message)) {
        const auto parts = strings(column->fields, column->n_fields);
        const bool hasStar = parts.size() < column->n_fields;
        return {hasStar || parts.empty() ? std::string_view() : parts.back(), true};
    }
    if (const auto* call = as<PgQuery__FuncCall>(message))
        return {lastOf(call->funcname, call->n_funcname), true};
    if (const auto* subscript = as<PgQuery__AIndirection>(message))
        return figured(inside(subscript->arg));
    if (const auto* collate = as<PgQuery__CollateClause>(message))
        return figured(inside(collate->arg));
    if (const auto* cast = as<PgQuery__TypeCast>(message))
        return orWeak(cast->arg, lastOf(cast->type_name->names, cast->type_name->n_names));
    if (const auto* choice = as<PgQuery__CaseExpr>(message))
        return orWeak(choice->defresult, "case");
    if (const auto* link = as<PgQuery__SubLink>(message))
        return ofSubLink(*link);
    if (const auto* time = as<PgQuery__SQLValueFunction>(message))
        return {timeName(time->op), true};
    if (const auto* extreme = as<PgQuery__MinMaxExpr>(message))
        return {extreme->op == PG_QUERY__MIN_MAX_OP__IS_GREATEST ? "greatest" : "least", true};
    if (const auto* operation = as<PgQuery__AExpr>(message))
        return operation->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF ? Figured{"nullif", true}
                                                                        : nothing;
    if (is<PgQuery__CoalesceExpr>(message))
        return {"coalesce", true};
    if (is<PgQuery__GroupingFunc>(message))
        return {"grouping", true};
    if (is<PgQuery__AArrayExpr>(message))
        return {"array", true};
    if (is<PgQuery__RowExpr>(message))
        return {"row", true};
    return nothing;
}

} // namespace

std::string_view outputName(const ProtobufCMessage& expression)
{
    return figured(&expression).name;
}

} // namespace millrace::query
