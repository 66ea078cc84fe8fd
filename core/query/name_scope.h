// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace millrace::query {

/// Names of columns in the order of `*`; empty: one whose name is not known. The texts belong to
/// the parse tree, the catalogue or the check.
using ColumnNames = std::vector<std::string_view>;

/// What stands in FROM under a name.
struct Relation
{
    std::string_view name; ///< empty: none
    ColumnNames columns;
    bool isValue = false; ///< a function of one column: its name alone is that value
};

/// What a FROM, or a part of it, lets the expressions see.
struct Space
{
    std::vector<Relation> relations; ///< to be named before a dot
    ColumnNames columns;             ///< to be named alone
};

/// A Space and those around it, as PostgreSQL looks names up: the nearest one first.
struct NameScope
{
    Space space;
    const NameScope* outer = nullptr;

    [[nodiscard]] bool hasColumn(std::string_view name) const;
    /// All of that name in the nearest space that has one.
    [[nodiscard]] std::vector<const Relation*> relations(std::string_view name) const;
    [[nodiscard]] std::string_view nearestColumn(std::string_view written) const;
    [[nodiscard]] std::string_view nearestRelation(std::string_view written) const;
};

[[nodiscard]] bool isIn(const ColumnNames& columns, std::string_view name);
/// FROM … AS name (a, b): the first columns get new names.
[[nodiscard]] ColumnNames renamed(ColumnNames columns, std::span<const std::string_view> names);
/// One relation, with its columns in sight.
[[nodiscard]] Space spaceOf(Relation relation);
/// Two parts of one FROM; columns of USING come first and once.
[[nodiscard]] Space joined(Space left, const Space& right,
                           std::span<const std::string_view> merged = {});

} // namespace millrace::query
