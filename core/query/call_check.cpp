// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/function_rules.h"
#include "core/query/parse_tree.h"
#include "core/query/series_steps.h"
#include "core/query/time_casts.h"
#include "core/query/tree_check.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <charconv>

namespace millrace::query {

namespace {

std::string quotedName(std::string_view name)
{
    return "\"" + std::string(name) + "\"";
}

bool isPattern(std::string_view name)
{
    return name == "~" || name == "~*" || name == "!~" || name == "!~*";
}

/// A text constant of bounded length.
bool isShortText(const PgQuery__Node* node)
{
    const auto constant = constantIn(node);
    return constant && constant->text && constant->text->size() <= constantBytesMax;
}

bool isIntegerUpTo(const PgQuery__Node* node, int most)
{
    const auto constant = constantIn(node);
    return constant && constant->integer && *constant->integer <= most;
}

/// A number whatever the columns are: PostgreSQL may not take it for a pattern.
bool isNumber(const PgQuery__Node* node)
{
    constexpr std::string_view lengths[] = {"length", "char_length", "character_length", "strpos",
                                            "position"};
    constexpr std::string_view integers[] = {"int2", "int4", "int8"};
    constexpr std::string_view sums[] = {"+", "-", "*"};
    const auto isOneOf = [](auto* const* nodes, std::size_t count, const auto& names) {
        const auto parts = strings(nodes, count);
        return !parts.empty() &&
               std::find(std::begin(names), std::end(names), parts.back()) != std::end(names);
    };
    const ProtobufCMessage* message = inside(node);
    if (message == nullptr)
        return true;
    if (const auto* call = as<PgQuery__FuncCall>(*message))
        return isOneOf(call->funcname, call->n_funcname, lengths);
    if (const auto* cast = as<PgQuery__TypeCast>(*message))
        return isOneOf(cast->type_name->names, cast->type_name->n_names, integers);
    if (const auto* sum = as<PgQuery__AExpr>(*message))
        return isOneOf(sum->name, sum->n_name, sums) && isNumber(sum->lexpr) &&
               isNumber(sum->rexpr);
    const auto constant = constantIn(node);
    return constant && constant->integer;
}

bool isExponent(const PgQuery__Node* node)
{
    const auto constant = constantIn(node);
    if (!constant || (!constant->integer && !constant->number))
        return false;
    double value = constant->integer.value_or(0);
    if (constant->number)
        std::from_chars(constant->number->data(),
                        constant->number->data() + constant->number->size(), value);
    return value >= -exponentMax && value <= exponentMax;
}

bool isLength(std::size_t count, const FunctionRule& rule)
{
    return count >= static_cast<std::size_t>(rule.argumentsMin) &&
           count <= static_cast<std::size_t>(rule.argumentsMax);
}

} // namespace

void TreeCheck::rangeFunction(const Message& message)
{
    const auto& range = *as<PgQuery__RangeFunction>(message);
    for (const Message* item : messages(range.functions, range.n_functions)) {
        const auto* pair = as<PgQuery__List>(*item);
        if (pair == nullptr)
            return refuse(message, "refused", "write one function call in FROM");
        for (const Message* call : messages(pair->items, pair->n_items)) {
            if (!is<PgQuery__FuncCall>(*call))
                return refuse(message, "refused", "write one function call in FROM");
            functionCall(*call, true);
            eachChild(*call, [this](const Message& child) {
                walk(child);
                return !m_problem;
            });
        }
    }
}

void TreeCheck::functionCall(const Message& message, bool isInFrom)
{
    const auto& call = *as<PgQuery__FuncCall>(message);
    const auto parts = strings(call.funcname, call.n_funcname);
    const bool isOurs = parts.size() == 1 || (parts.size() == 2 && parts.front() == "pg_catalog");
    const std::string_view name = parts.empty() ? std::string_view() : parts.back();
    const FunctionRule* rule = isOurs ? functionRule(name) : nullptr;
    if (rule == nullptr)
        return refuse(message, "refused",
                      "FuncCall: the function " + quotedName(name) + " is not on the list",
                      isOurs ? nearestFunction(name) : std::string_view());
    if (!isLength(call.n_args, *rule))
        return refuse(message, "refused",
                      "FuncCall: " + quotedName(name) + " is called with " +
                          std::to_string(call.n_args) + " arguments here; it takes " +
                          std::to_string(rule->argumentsMin) + " to " +
                          std::to_string(rule->argumentsMax));
    const bool givesRows =
        rule->trait == FunctionTrait::Rows || rule->trait == FunctionTrait::Series;
    if (isInFrom && !givesRows)
        return refuse(message, "refused",
                      "FuncCall: " + quotedName(name) + " gives one value; write it after SELECT");
    if (!isInFrom && rule->trait == FunctionTrait::Series)
        return refuse(message, "refused", "FuncCall: write generate_series in FROM");
    gathering(rule->name);
    callArguments(message, *rule);
}

void TreeCheck::callArguments(const Message& message, const FunctionRule& rule)
{
    const auto& call = *as<PgQuery__FuncCall>(message);
    const std::string name = "FuncCall: " + quotedName(rule.name);
    const auto argument = [&call](std::size_t index) { return call.args[index]; };
    switch (rule.trait) {
    case FunctionTrait::Volatile:
        m_isVolatile = true;
        break;
    case FunctionTrait::Grows:
        m_growth.back() += static_cast<std::int64_t>(call.n_args);
        break;
    case FunctionTrait::Pattern:
    case FunctionTrait::Format:
        for (std::size_t i = 1; i < call.n_args; ++i)
            if (!isShortText(argument(i)))
                return refuse(message, "refused",
                              name + " takes constant texts of at most " +
                                  std::to_string(constantBytesMax) + " bytes after the first");
        break;
    case FunctionTrait::Replace:
        m_growth.back() += 1;
        if (!isShortText(argument(2)))
            return refuse(message, "refused", name + " takes a short constant as what to put in");
        return searchCall(message, rule);
    case FunctionTrait::Part:
        for (std::size_t i = 1; i < call.n_args; ++i)
            if (!isShortText(argument(i)) && !isNumber(argument(i)))
                return refuse(message, "refused",
                              name +
                                  " takes constants, lengths or ::int behind the first argument");
        break;
    case FunctionTrait::Escape:
        if (!isShortText(argument(0)))
            return refuse(message, "refused",
                          "FuncCall: SIMILAR TO takes a constant of at most " +
                              std::to_string(constantBytesMax) + " bytes");
        break;
    case FunctionTrait::Pads:
        if (!isIntegerUpTo(argument(1), padMax))
            return refuse(message, "refused",
                          name + " takes a constant length of at most " + std::to_string(padMax));
        break;
    case FunctionTrait::Power:
        if (++m_powers > 4 || !isExponent(argument(1)) || isPower(argument(0)))
            return refuse(message, "refused",
                          name + " takes a constant exponent of at most " +
                              std::to_string(exponentMax) + ", and no other power inside");
        break;
    case FunctionTrait::Series:
        return series(message);
    case FunctionTrait::Search:
        return searchCall(message, rule);
    case FunctionTrait::Plain:
    case FunctionTrait::Rows:
        break;
    }
}

void TreeCheck::series(const Message& message)
{
    const auto& call = *as<PgQuery__FuncCall>(message);
    std::vector<std::optional<ConstantNode>> bounds;
    for (std::size_t i = 0; i < call.n_args; ++i)
        bounds.push_back(constantIn(call.args[i]));
    const auto steps = seriesSteps(bounds);
    if (!steps || *steps > seriesStepsMax)
        refuse(message, "limit",
               "FuncCall: \"generate_series\" takes constant bounds and step (numbers, or dates "
               "like '2024-01-31' with '1 day'), at most " +
                   std::to_string(seriesStepsMax) + " steps");
}

void TreeCheck::checkOperator(const Message& message, std::string_view name, std::size_t parts)
{
    if (parts != 1)
        return refuse(message, "refused", "A_Expr: write the operator alone, without its schema");
    if (!isOperator(name))
        refuse(message, "refused",
               "A_Expr: the operator " + quotedName(name) + " is not on the list");
}

void TreeCheck::operation(const Message& message)
{
    const auto& operation = *as<PgQuery__AExpr>(message);
    const auto parts = strings(operation.name, operation.n_name);
    const std::string_view name = parts.empty() ? std::string_view() : parts.back();
    const bool isNamed = operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN ||
                         operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN ||
                         operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM ||
                         operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
    if (!isNamed)
        checkOperator(message, name, parts.size());
    if (name == "||")
        ++m_growth.back();
    const bool isSimilar = operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR;
    if (isPattern(name) && !isSimilar && !isShortText(operation.rexpr))
        return refuse(message, "refused",
                      "A_Expr: a regular expression is a constant of at most " +
                          std::to_string(constantBytesMax) + " bytes");
    searchOperation(message, name);
    if (name == "^" && (++m_powers > 4 || !isExponent(operation.rexpr) || isPower(operation.lexpr)))
        refuse(message, "refused",
               "A_Expr: ^ takes a constant exponent of at most " + std::to_string(exponentMax) +
                   ", and no other power inside");
}

void TreeCheck::subLink(const Message& message)
{
    const auto& link = *as<PgQuery__SubLink>(message);
    if (const auto parts = strings(link.oper_name, link.n_oper_name); !parts.empty()) {
        checkOperator(message, parts.back(), parts.size());
        if (isPattern(parts.back()) || isSearch(parts.back()) || parts.back() == "^")
            refuse(message, "refused",
                   "SubLink: " + quotedName(parts.back()) +
                       " takes a constant, not the rows of another step");
    }
}

void TreeCheck::typeName(const Message& message)
{
    constexpr int lengthMax = 1'000;
    const auto& type = *as<PgQuery__TypeName>(message);
    const auto parts = strings(type.names, type.n_names);
    const bool isOurs = parts.size() == 1 || (parts.size() == 2 && parts.front() == "pg_catalog");
    const std::string_view name = parts.empty() ? std::string_view() : parts.back();
    if (!isOurs || !isScalarType(name))
        return refuse(
            message, "refused",
            "TypeName: the type " + quotedName(name) +
                " is not on the list; bigint, "
                "numeric, double precision, text, boolean, date, timestamptz, interval and "
                "jsonb are");
    if (name == "interval")
        return;
    for (std::size_t i = 0; i < type.n_typmods; ++i)
        if (!isIntegerUpTo(type.typmods[i], lengthMax))
            return refuse(message, "refused",
                          "TypeName: a type's length is a constant of at most " +
                              std::to_string(lengthMax));
}

void TreeCheck::valueFunction(const Message& message)
{
    const auto& value = *as<PgQuery__SQLValueFunction>(message);
    m_isVolatile = true;
    const bool isTime = value.op >= PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE &&
                        value.op <= PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N;
    if (!isTime)
        refuse(message, "refused",
               "SQLValueFunction: of these only the date and time may be asked: current_date, "
               "current_timestamp");
}

void TreeCheck::constant(const Message& message)
{
    const auto& constant = *as<PgQuery__AConst>(message);
    if (constant.val_case == PG_QUERY__A__CONST__VAL_SVAL)
        m_isVolatile = m_isVolatile || mayMeanATime(constant.sval->sval);
    if (constant.val_case != PG_QUERY__A__CONST__VAL_FVAL)
        return;
    double value = 0;
    const std::string_view text = constant.fval->fval;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range)
        refuse(message, "limit", "A_Const: this number is too large, or too close to zero");
}

void TreeCheck::parameter(const Message& message)
{
    const int number = as<PgQuery__ParamRef>(message)->number;
    if (number < 1 || number > static_cast<int>(m_params.size()))
        return refuse(message, "missing",
                      "ParamRef: there is no value for this; " + std::to_string(m_params.size()) +
                          " parameters are given, the first is $1");
    m_paramsUsed = std::max(m_paramsUsed, static_cast<std::size_t>(number));
    const auto& value = m_params[static_cast<std::size_t>(number - 1)];
    m_isVolatile = m_isVolatile || (value && mayMeanATime(*value));
}

void TreeCheck::collation(const Message& message)
{
    const auto& collate = *as<PgQuery__CollateClause>(message);
    const auto parts = strings(collate.collname, collate.n_collname);
    if (parts.size() != 1 || !isCollation(parts.front()))
        refuse(message, "refused", "CollateClause: the only order to choose is COLLATE \"C\"");
}

void TreeCheck::indirection(const Message& message)
{
    const auto& indirection = *as<PgQuery__AIndirection>(message);
    for (std::size_t i = 0; i < indirection.n_indirection; ++i) {
        const Message* step = inside(indirection.indirection[i]);
        if (step == nullptr || !is<PgQuery__AIndices>(*step))
            return refuse(message, "refused",
                          "A_Indirection: a name behind a value is not allowed; write the column "
                          "itself, or -> for jsonb");
    }
}

} // namespace millrace::query
