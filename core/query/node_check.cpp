// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/node_rules.h"
#include "core/query/parse_tree.h"
#include "core/query/tree_check.h"

namespace millrace::query {

namespace {

/// Walks the messages without knowing what they mean.
class NodeCheck
{
public:
    NodeCheck(std::string_view sql, int depthMax)
        : m_sql(sql)
        , m_depthMax(depthMax)
    {
    }

    bool visit(const ProtobufCMessage& message, int depth)
    {
        m_place = std::max(m_place, locationOf(message));
        const std::string_view name = nodeName(message);
        if (depth > m_depthMax)
            return refuse("limit", "the statement is nested more than " +
                                       std::to_string(m_depthMax) + " deep; split it by WITH");
        const NodeRule* rule = nodeRule(name);
        if (rule == nullptr)
            return refuseNode(std::string(name));
        const bool fieldsPass = eachSetField(message, [&](std::string_view field) {
            const bool isListed =
                std::find(rule->fields.begin(), rule->fields.end(), field) != rule->fields.end();
            return isListed || refuseNode(std::string(name) + "." + std::string(field));
        });
        return fieldsPass && eachChild(message, [&](const ProtobufCMessage& child) {
                   return visit(child, depth + 1);
               });
    }

    [[nodiscard]] std::optional<Problem> problem() && { return std::move(m_problem); }

private:
    bool refuseNode(const std::string& node)
    {
        const std::string_view instead = insteadOf(node);
        std::string what = "\"" + node + "\" is not allowed here";
        if (!instead.empty())
            what += "; " + std::string(instead);
        return refuse("refused", what);
    }

    bool refuse(std::string code, std::string what)
    {
        m_problem =
            Problem{std::move(code), std::move(what), "query", {}, positionOf(m_sql, m_place)};
        return false;
    }

    std::string_view m_sql;
    int m_depthMax;
    int m_place = 0;
    std::optional<Problem> m_problem;
};

} // namespace

std::optional<Problem> checkNodes(const ProtobufCMessage& statement, std::string_view sql,
                                  const StatementLimits& limits)
{
    NodeCheck check(sql, limits.depthMax);
    check.visit(statement, 0);
    return std::move(check).problem();
}

} // namespace millrace::query
