// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/name_scope.h"

#include "core/base/nearest_name.h"

#include <algorithm>

namespace millrace::query {

bool isIn(const ColumnNames& columns, std::string_view name)
{
    return std::find(columns.begin(), columns.end(), name) != columns.end();
}

bool NameScope::hasColumn(std::string_view name) const
{
    return isIn(space.columns, name) || (outer != nullptr && outer->hasColumn(name));
}

std::vector<const Relation*> NameScope::relations(std::string_view name) const
{
    std::vector<const Relation*> found;
    for (const Relation& relation : space.relations)
        if (!name.empty() && relation.name == name)
            found.push_back(&relation);
    return found.empty() && outer != nullptr ? outer->relations(name) : found;
}

std::string_view NameScope::nearestColumn(std::string_view written) const
{
    ColumnNames names;
    for (const NameScope* scope = this; scope != nullptr; scope = scope->outer)
        names.insert(names.end(), scope->space.columns.begin(), scope->space.columns.end());
    std::erase(names, std::string_view());
    return nearestName(written, names);
}

std::string_view NameScope::nearestRelation(std::string_view written) const
{
    ColumnNames names;
    for (const NameScope* scope = this; scope != nullptr; scope = scope->outer)
        for (const Relation& relation : scope->space.relations)
            names.push_back(relation.name);
    std::erase(names, std::string_view());
    return nearestName(written, names);
}

ColumnNames renamed(ColumnNames columns, std::span<const std::string_view> names)
{
    std::copy_n(names.begin(), std::min(names.size(), columns.size()), columns.begin());
    return columns;
}

Space spaceOf(Relation relation)
{
    Space space;
    space.columns = relation.columns;
    space.relations.push_back(std::move(relation));
    return space;
}

Space joined(Space left, const Space& right, std::span<const std::string_view> merged)
{
    const auto isMerged = [merged](std::string_view name) {
        return std::find(merged.begin(), merged.end(), name) != merged.end();
    };
    ColumnNames columns(merged.begin(), merged.end());
    const ColumnNames* const sides[] = {&left.columns, &right.columns};
    for (const ColumnNames* side : sides)
        std::remove_copy_if(side->begin(), side->end(), std::back_inserter(columns), isMerged);
    left.columns = std::move(columns);
    left.relations.insert(left.relations.end(), right.relations.begin(), right.relations.end());
    return left;
}

} // namespace millrace::query
