// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"
#include "core/query/function_rules.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

#include <optional>
#include <set>
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

/// What the nodes mean: tables, columns, functions, operators, types, sizes. Call it after
/// checkNodes(), which bounds the recursion.
class TreeCheck
{
public:
    TreeCheck(const Catalogue& catalogue, std::string_view sql, StatementLimits limits = {});

    /// Fills topics and isVolatile of `statement`.
    std::optional<Problem> run(const ProtobufCMessage& root, Statement& statement);

private:
    using Message = ProtobufCMessage;
    using Scope = std::vector<std::string>; ///< names of WITH that can be seen

    void gather(const Message& message);
    void gatherTarget(const Message& message);
    void walk(const Message& message, const Scope& scope);
    void select(const Message& message, const Scope& scope);
    bool look(const Message& message, const Scope& scope);

    void rangeVar(const Message& message, const Scope& scope);
    void rangeFunction(const Message& message, const Scope& scope);
    void columnRef(const Message& message);
    void functionCall(const Message& message, bool isInFrom);
    void callArguments(const Message& message, const FunctionRule& rule);
    void series(const Message& message);
    void operation(const Message& message);
    void subLink(const Message& message);
    void typeName(const Message& message);
    void valueFunction(const Message& message);
    void constant(const Message& message);
    void collation(const Message& message);
    void indirection(const Message& message);
    void countSelect(const Message& message);
    void checkOperator(const Message& message, std::string_view name, std::size_t parts);

    [[nodiscard]] bool isKnownColumn(std::string_view name) const;
    [[nodiscard]] std::string_view nearestColumn(std::string_view name) const;
    [[nodiscard]] int placeOf(const Message& message) const;
    void refuse(const Message& message, std::string code, std::string what,
                std::string_view nearest = {});

    const Catalogue& m_catalogue;
    std::string_view m_sql;
    StatementLimits m_limits;
    std::optional<Problem> m_problem;
    int m_place = 0; ///< byte of the last node that knew where it stands

    struct TableAlias
    {
        std::string name;
        const SourceTable* table;
        bool isRenamed; ///< FROM orders AS o (a, b)
    };
    std::vector<TableAlias> m_aliases;
    std::set<std::string, std::less<>> m_names;     ///< of columns that the statement makes
    std::set<std::string, std::less<>> m_relations; ///< names of everything in FROM
    std::set<const SourceTable*> m_tables;
    std::set<std::string, std::less<>> m_topics;
    bool m_isVolatile = false;
    int m_powers = 0;
    int m_allRelations = 0;
    int m_setOperations = 0;
    std::vector<std::int64_t> m_growth; ///< of each SELECT that is open, innermost last
    std::int64_t m_growthProduct = 1;
};

} // namespace millrace::query
