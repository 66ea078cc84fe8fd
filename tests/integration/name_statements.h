// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <random>
#include <string>
#include <vector>

namespace millrace::integration {

/// Random SELECTs of nested FROMs over the tables one (a, b, c), two (b, c, d) and three (c, d, e):
/// WITHs that shadow tables, aliases with columns, joins by USING and ON, LATERAL, sub-SELECTs that
/// look outwards, set operations. Most names mean something, by a rough account of what can be
/// seen; the rest is chance.
class NameStatements
{
public:
    explicit NameStatements(unsigned seed)
        : m_random(seed)
    {
    }
    [[nodiscard]] std::string next();

private:
    struct Relation
    {
        std::string name;
        std::vector<std::string> columns;
    };
    /// A text and what it gives.
    struct Part
    {
        std::string text;
        std::vector<std::string> columns;
    };

    Part select(int depth);
    Part plainSelect(int depth);
    Part target(int depth);
    std::string fromItem(int depth, bool mayBeLateral);
    std::string joined(int depth);
    std::string expression(int depth);
    std::string reference();
    std::string alias(std::vector<std::string> columns);
    std::string anyRelation();
    std::string anyColumn();
    std::string anyOf(const std::vector<std::string>& names);
    bool isChance(int percent) { return number(100) < percent; }
    int number(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(below)); }

    std::mt19937 m_random;
    std::vector<std::vector<Relation>> m_seen; ///< of each SELECT that is open
    std::vector<Relation> m_withs;
};

} // namespace millrace::integration
