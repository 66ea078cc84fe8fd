// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/name_statements.h"

#include <algorithm>

namespace millrace::integration {

namespace {

const std::vector<std::string> relations{"one", "two", "three", "x", "y", "z", "w"};
const std::vector<std::string> columns{"a", "b", "c", "d", "e", "f"};

} // namespace

std::string NameStatements::anyOf(const std::vector<std::string>& names)
{
    return names[static_cast<std::size_t>(number(static_cast<int>(names.size())))];
}

std::string NameStatements::next()
{
    m_seen.clear();
    m_withs = {{"one", {"a", "b", "c"}}, {"two", {"b", "c", "d"}}, {"three", {"c", "d", "e"}}};
    return select(0).text;
}

NameStatements::Part NameStatements::select(int depth)
{
    std::string with;
    const std::size_t withs = m_withs.size();
    if (depth < 2 && isChance(15)) {
        Part query = select(depth + 1);
        const std::string name = anyOf(relations);
        with = "WITH " + name;
        if (isChance(30) && !query.columns.empty()) {
            query.columns.front() = anyOf(columns);
            with += " (" + query.columns.front() + ")";
        }
        with += " AS (" + query.text + ") ";
        m_withs.push_back({name, query.columns});
    }
    Part part = plainSelect(depth);
    if (depth < 2 && isChance(6))
        part.text += (isChance(50) ? " UNION ALL " : " EXCEPT ") + plainSelect(depth + 1).text;
    if (isChance(15) && !part.columns.empty())
        part.text += " ORDER BY " + (isChance(80) ? anyOf(part.columns) : anyColumn());
    m_withs.resize(withs);
    return {with + part.text, part.columns};
}

NameStatements::Part NameStatements::plainSelect(int depth)
{
    m_seen.emplace_back();
    std::string from;
    if (isChance(95)) {
        from = " FROM " + joined(depth);
        if (isChance(30))
            from += ", " + fromItem(depth, true);
        if (isChance(30))
            from += " WHERE " + expression(depth) + " = " + expression(depth);
    }
    Part part{"SELECT ", {}};
    const int targets = 1 + number(2);
    for (int i = 0; i < targets; ++i) {
        Part one = target(depth);
        part.text += (i == 0 ? "" : ", ") + one.text;
        part.columns.insert(part.columns.end(), one.columns.begin(), one.columns.end());
    }
    m_seen.pop_back();
    return {part.text + from, part.columns};
}

NameStatements::Part NameStatements::target(int depth)
{
    if (isChance(12) && !m_seen.back().empty()) {
        const Relation& relation =
            m_seen.back()[static_cast<std::size_t>(number(static_cast<int>(m_seen.back().size())))];
        return {relation.name + ".*", relation.columns};
    }
    if (isChance(6)) {
        std::vector<std::string> all;
        for (const Relation& relation : m_seen.back())
            all.insert(all.end(), relation.columns.begin(), relation.columns.end());
        return {"*", all};
    }
    std::string text = expression(depth);
    if (!isChance(40)) {
        const std::size_t dot = text.rfind('.');
        return {text, {text.substr(dot == std::string::npos ? 0 : dot + 1, 1)}};
    }
    const std::string name = anyOf(columns);
    return {text + " AS " + name, {name}};
}

std::string NameStatements::joined(int depth)
{
    std::string text = fromItem(depth, false);
    if (!isChance(40))
        return text;
    text += (isChance(70) ? " JOIN " : " LEFT JOIN ") + fromItem(depth, true);
    if (!isChance(40))
        return text + " ON " + reference() + " = " + reference();
    text += " USING (" + anyOf({"c", "c", "b", "d"}) + ")";
    return isChance(25) ? text + " AS " + anyOf(relations) : text;
}

std::string NameStatements::fromItem(int depth, bool mayBeLateral)
{
    if (depth < 2 && isChance(25)) {
        const bool isLateral = mayBeLateral && isChance(40);
        const Part query = select(depth + 1);
        return (isLateral ? "LATERAL (" : "(") + query.text + ") " + alias(query.columns);
    }
    if (isChance(6)) {
        const std::string name = anyOf(relations);
        m_seen.back().push_back({name, columns});
        return name;
    }
    const Relation& table =
        m_withs[m_withs.size() - 1 -
                static_cast<std::size_t>(number(static_cast<int>(m_withs.size())))];
    if (isChance(50))
        return table.name + " " + alias(table.columns);
    m_seen.back().push_back(table);
    return table.name;
}

std::string NameStatements::alias(std::vector<std::string> names)
{
    const std::string name = anyOf(relations);
    std::string text = "AS " + name;
    if (isChance(30) && !names.empty()) {
        names.front() = anyOf(columns);
        text += " (" + names.front() + ")";
    }
    m_seen.back().push_back({name, std::move(names)});
    return text;
}

std::string NameStatements::anyRelation()
{
    return anyOf(relations);
}

std::string NameStatements::anyColumn()
{
    return anyOf(columns);
}

std::string NameStatements::reference()
{
    if (isChance(12))
        return isChance(50) ? anyColumn() : anyRelation() + "." + anyColumn();
    // mostly of the nearest SELECT
    const std::size_t back = isChance(75) ? 1 : 1 + static_cast<std::size_t>(number(3));
    const auto& seen = m_seen[m_seen.size() - std::min(back, m_seen.size())];
    if (seen.empty())
        return "1";
    const Relation& relation =
        seen[static_cast<std::size_t>(number(static_cast<int>(seen.size())))];
    if (relation.columns.empty())
        return anyColumn();
    const std::string column = anyOf(relation.columns);
    return isChance(65) ? relation.name + "." + column : column;
}

std::string NameStatements::expression(int depth)
{
    if (depth < 2 && isChance(12))
        return "(" + select(depth + 1).text + " LIMIT 1)";
    if (isChance(10))
        return "1";
    if (isChance(3))
        return anyRelation();
    return reference();
}

} // namespace millrace::integration
