// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"
#include "core/query/name_scope.h"
#include "core/query/problem.h"
#include "core/query/time_casts.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct ProtobufCMessage;
struct PgQuery__Node;
struct PgQuery__SelectStmt;
struct PgQuery__RangeVar;
struct PgQuery__JoinExpr;
struct PgQuery__Alias;

namespace millrace::query {

/// What the names mean: every table is one of the catalogue or a WITH before it, every column one
/// of what can be seen where it stands. PostgreSQL takes t.f, where t has no column f, for a call
/// of f(t), and t alone for a whole row, which casts and operators of the users' own may take: so
/// scopes are built as PostgreSQL builds them, and whole rows go to few places only. Call it after
/// checkNodes(), which bounds the recursion and leaves nothing but SELECTs.
class NameCheck
{
public:
    NameCheck(const Catalogue& catalogue, std::string_view sql);

    std::optional<Problem> run(const ProtobufCMessage& root);
    /// Of every table that is read.
    [[nodiscard]] const std::set<std::string, std::less<>>& topics() const { return m_topics; }
    [[nodiscard]] std::set<std::string> tables() const; ///< Statement::tables
    /// Statement::rowsMost.
    [[nodiscard]] std::optional<double> rowsMost() const
    {
        return m_isPlain ? std::optional(m_rowsMost) : std::nullopt;
    }
    /// A text of the data may become a time: 'today' is another day tomorrow.
    [[nodiscard]] bool mayReadTheClock() const { return m_casts.mayMeetText(m_tables); }

private:
    using Message = ProtobufCMessage;
    using Nodes = std::span<PgQuery__Node* const>;
    struct With
    {
        std::string_view name;
        ColumnNames columns;
        const With* before;
    };
    using Withs = const With*; ///< those that can be seen, the nearest first
    enum class Row : std::uint8_t { Refused, Expanded, Taken };

    ColumnNames select(const Message& message, const NameScope* outer, Withs withs);
    ColumnNames setOperation(const PgQuery__SelectStmt& select, const NameScope* outer,
                             Withs withs);
    Withs withsOf(const PgQuery__SelectStmt& select, const NameScope* outer, Withs withs);
    ColumnNames outputs(const PgQuery__SelectStmt& select, const NameScope& scope);
    ColumnNames starOf(const Message& reference, const NameScope& scope);

    Space from(Nodes items, const NameScope* outer, Withs withs);
    Space fromItem(const PgQuery__Node* node, const NameScope& before, Withs withs);
    Space join(const PgQuery__JoinExpr& join, const NameScope& before, Withs withs);
    Space table(const Message& message, Withs withs);
    Space function(const Message& message, const NameScope& before, Withs withs);
    Space aliased(Relation relation, const PgQuery__Alias* alias);

    void walk(const Message& message, const NameScope& scope, Withs withs);
    void walkAll(Nodes nodes, const NameScope& scope, Withs withs);
    void walkOrNames(const Message& message, const NameScope& scope, Withs withs,
                     const ColumnNames& named);
    void column(const Message& reference, const NameScope& scope, Row row);
    void columnOf(const Message& reference, std::string_view relation, std::string_view name,
                  const NameScope& scope);
    void wholeRow(const Message& reference, std::string_view name, const NameScope& scope, Row row);

    void refuse(const Message& message, std::string code, std::string what,
                std::string_view nearest = {});

    const Catalogue& m_catalogue;
    std::string_view m_sql;
    std::optional<Problem> m_problem;
    int m_place = 0; ///< byte of the last node that knew where it stands
    std::set<std::string, std::less<>> m_topics;
    std::set<const SourceTable*> m_tables;
    int m_selects = 0;
    bool m_isPlain = true; ///< one SELECT from tables
    double m_rowsMost = 1;
    TimeCasts m_casts;
    std::deque<With> m_withs;
    std::deque<std::string> m_made; ///< texts of column1, column2 …
};

} // namespace millrace::query
