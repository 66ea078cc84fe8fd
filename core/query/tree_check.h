// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/function_rules.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct ProtobufCMessage;

namespace millrace::query {

/// Bounds of a statement beside its length.
struct StatementLimits
{
    int depthMax = 64;    ///< nested nodes
    int targetsMax = 200; ///< of one SELECT
    int relationsMax = 8; ///< of one SELECT
    int allRelationsMax = 24;
    int setOperationsMax = 16;
    int groupingSetsMax = 64;       ///< of one SELECT, expanded
    std::int64_t growthMax = 4'096; ///< product over SELECTs of what may lengthen a text, plus one
};

/// The structure of a statement: every node and field is on the list, and its depth is bounded.
/// Nothing when all is well.
[[nodiscard]] std::optional<Problem>
checkNodes(const ProtobufCMessage& statement, std::string_view sql, const StatementLimits& limits);

/// What the nodes do: functions, operators, types, sizes. Names are for NameCheck. Call it after
/// checkNodes(), which bounds the recursion.
class TreeCheck
{
public:
    using Params = std::span<const std::optional<std::string>>;
    TreeCheck(std::string_view sql, Params params, StatementLimits limits = {});

    /// Fills isVolatile of `statement`.
    std::optional<Problem> run(const ProtobufCMessage& root, Statement& statement);
    [[nodiscard]] std::size_t paramsUsed() const noexcept { return m_paramsUsed; }

private:
    using Message = ProtobufCMessage;

    void walk(const Message& message);
    void select(const Message& message);
    bool look(const Message& message);

    void rangeFunction(const Message& message);
    void functionCall(const Message& message, bool isInFrom);
    void callArguments(const Message& message, const FunctionRule& rule);
    void series(const Message& message);
    void operation(const Message& message);
    void subLink(const Message& message);
    void typeName(const Message& message);
    void valueFunction(const Message& message);
    void constant(const Message& message);
    void parameter(const Message& message);
    void collation(const Message& message);
    void indirection(const Message& message);
    void searching(const Message& message);
    void gathering(std::string_view function);
    void searchOfGathered();
    void searchCall(const Message& message, const FunctionRule& rule);
    void searchOperation(const Message& message, std::string_view name);
    [[nodiscard]] static bool isSearch(std::string_view name) noexcept;
    void countSelect(const Message& message);
    void checkOperator(const Message& message, std::string_view name, std::size_t parts);

    [[nodiscard]] int placeOf(const Message& message) const;
    void refuse(const Message& message, std::string code, std::string what,
                std::string_view nearest = {});

    std::string_view m_sql;
    Params m_params;
    StatementLimits m_limits;
    std::optional<Problem> m_problem;
    int m_place = 0; ///< byte of the last node that knew where it stands

    bool m_isVolatile = false;
    bool m_gathers = false;            ///< in an inner SELECT, or in what is searched
    const Message* m_search = nullptr; ///< the first one
    std::size_t m_paramsUsed = 0;      ///< the greatest number
    int m_powers = 0;
    int m_allRelations = 0;
    int m_setOperations = 0;
    std::vector<std::int64_t> m_growth; ///< of each SELECT that is open, innermost last
    std::int64_t m_growthProduct = 1;
};

} // namespace millrace::query
