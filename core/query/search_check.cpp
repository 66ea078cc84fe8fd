// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/function_rules.h"
#include "core/query/parse_tree.h"
#include "core/query/tree_check.h"
#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <array>

/// What looks for one text or list inside another takes as long as both lengths multiplied, and the
/// server does not look at cancels meanwhile: two texts of 100,000 letters are a minute that nobody
/// can end. So one of the two is always short, and the other is never gathered from many rows.

namespace millrace::query {

namespace {

constexpr std::size_t listedMax = 100;
constexpr std::size_t documentBytesMax = 1'000; ///< of constants that are no texts to be searched

template<class Names>
bool isIn(const Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isLike(std::string_view name)
{
    constexpr std::array<std::string_view, 4> likes{"~~", "~~*", "!~~", "!~~*"};
    return isIn(likes, name);
}

bool isContainment(std::string_view name)
{
    constexpr std::array<std::string_view, 3> names{"@>", "<@", "&&"};
    return isIn(names, name);
}

bool asksForKeys(std::string_view name)
{
    return name == "?|" || name == "?&";
}

std::string_view nameOf(PgQuery__Node* const* parts, std::size_t count)
{
    const auto texts = strings(parts, count);
    return texts.empty() ? std::string_view() : texts.back();
}

/// Whether a value is at most so long, whatever the rows hold.
class Shortness
{
public:
    Shortness(std::span<const std::optional<std::string>> params, std::size_t bytesMax)
        : m_params(params)
        , m_bytesMax(bytesMax)
    {
    }

    [[nodiscard]] bool of(const PgQuery__Node* node) const
    {
        if (const auto constant = constantIn(node))
            return !constant->text || constant->text->size() <= m_bytesMax;
        const ProtobufCMessage* message = inside(node);
        if (message == nullptr)
            return false;
        if (const auto* cast = as<PgQuery__TypeCast>(*message))
            return of(cast->arg);
        if (const auto* list = as<PgQuery__AArrayExpr>(*message))
            return list->n_elements <= listedMax && of(list->elements, list->n_elements);
        if (const auto* call = as<PgQuery__FuncCall>(*message))
            return ofCall(*call);
        if (const auto* param = as<PgQuery__ParamRef>(*message))
            return ofParam(static_cast<std::size_t>(param->number));
        const auto* operation = as<PgQuery__AExpr>(*message);
        return operation != nullptr && nameOf(operation->name, operation->n_name) == "||" &&
               of(operation->lexpr) && of(operation->rexpr);
    }

    [[nodiscard]] bool of(PgQuery__Node* const* nodes, std::size_t count) const
    {
        return std::all_of(nodes, nodes + count,
                           [this](const PgQuery__Node* node) { return of(node); });
    }

private:
    /// left(…, 100), and what escapes a short pattern.
    [[nodiscard]] bool ofCall(const PgQuery__FuncCall& call) const
    {
        const std::string_view name = nameOf(call.funcname, call.n_funcname);
        if (name == "like_escape")
            return of(call.args, call.n_args);
        if ((name != "left" && name != "right") || call.n_args != 2)
            return false;
        const auto length = constantIn(call.args[1]);
        return length && length->integer && *length->integer >= 0 &&
               *length->integer <= constantBytesMax;
    }

    [[nodiscard]] bool ofParam(std::size_t number) const
    {
        return number >= 1 && number <= m_params.size() &&
               m_params[number - 1].value_or("").size() <= m_bytesMax;
    }

    std::span<const std::optional<std::string>> m_params;
    std::size_t m_bytesMax;
};

bool gathers(std::string_view function)
{
    constexpr std::array<std::string_view, 6> names{
        "array_agg", "json_agg", "json_object_agg", "jsonb_agg", "jsonb_object_agg", "string_agg"};
    return isIn(names, function);
}

bool holdsGathering(const ProtobufCMessage& message)
{
    const auto* call = as<PgQuery__FuncCall>(message);
    if (call != nullptr && gathers(nameOf(call->funcname, call->n_funcname)))
        return true;
    return !eachChild(message,
                      [](const ProtobufCMessage& child) { return !holdsGathering(child); });
}

} // namespace

void TreeCheck::searching(const Message& message)
{
    if (m_search == nullptr)
        m_search = &message;
    m_gathers = m_gathers || holdsGathering(message);
}

void TreeCheck::gathering(std::string_view function)
{
    m_gathers = m_gathers || (gathers(function) && m_growth.size() > 1);
}

/// Gathered here, searched there: names lead from one step to the other in too many ways.
void TreeCheck::searchOfGathered()
{
    if (m_search != nullptr && m_gathers)
        refuse(*m_search, "limit",
               "what an inner step gathers (string_agg, array_agg, jsonb_agg …) is not searched by "
               "LIKE, position, trim, translate, @> or &&; filter the rows before they are "
               "gathered");
}

void TreeCheck::searchCall(const Message& message, const FunctionRule& rule)
{
    const auto& call = *as<PgQuery__FuncCall>(message);
    if (call.n_args < 2)
        return;
    searching(message);
    const std::size_t count = rule.name == "split_part" ? 1 : call.n_args - 1;
    if (!Shortness(m_params, constantBytesMax).of(call.args + 1, count))
        refuse(message, "refused",
               "FuncCall: \"" + std::string(rule.name) + "\" looks for constants of at most " +
                   std::to_string(constantBytesMax) + " bytes, or left(…, " +
                   std::to_string(constantBytesMax) + ")");
}

void TreeCheck::searchOperation(const Message& message, std::string_view name)
{
    const auto& operation = *as<PgQuery__AExpr>(message);
    if (isLike(name)) {
        searching(message);
        if (!Shortness(m_params, constantBytesMax).of(operation.rexpr))
            refuse(message, "refused",
                   "A_Expr: the pattern of LIKE is made of constants of at most " +
                       std::to_string(constantBytesMax) + " bytes and left(…, " +
                       std::to_string(constantBytesMax) + "); starts_with takes any text");
    } else if (isContainment(name) || asksForKeys(name)) {
        searching(message);
        const Shortness shortness(m_params, documentBytesMax);
        const bool isLeftShort = isContainment(name) && shortness.of(operation.lexpr);
        if (!isLeftShort && !shortness.of(operation.rexpr))
            refuse(message, "refused",
                   "A_Expr: " + std::string(name) + " takes a constant of at most " +
                       std::to_string(documentBytesMax) + " bytes, or ARRAY[…] of them");
    }
}

bool TreeCheck::isSearch(std::string_view name) noexcept
{
    return isLike(name) || isContainment(name) || asksForKeys(name);
}

} // namespace millrace::query
