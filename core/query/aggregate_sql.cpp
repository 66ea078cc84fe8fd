// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_sql.h"

#include "core/query/aggregate_plan.h"
#include "core/query/dimension_sql.h"
#include "core/query/statement_check.h"
#include "core/schema/identifier.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace millrace::query {

namespace {

using schema::ColumnType;
using schema::quoted;

std::string joined(const std::vector<std::string>& parts, std::string_view between)
{
    std::string text;
    for (const std::string& part : parts) {
        text += text.empty() ? "" : between;
        text += part;
    }
    return text;
}

/// How often the rows of the table are gone through at most, and the steps of an axis.
constexpr double passes = 8;
constexpr double stepsMax = 100'000;

std::string numbered(char letter, std::size_t index)
{
    return letter + std::to_string(index);
}

std::string escapedPattern(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

std::string arrayText(const std::vector<Constant>& values)
{
    std::string text = "{";
    for (const Constant& value : values) {
        text += text.size() > 1 ? ",\"" : "\"";
        for (const char c : *value) {
            if (c == '"' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

std::string fractionText(double fraction)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), fraction);
    return {text.data(), end.ptr};
}

std::string_view comparison(FilterOp op)
{
    switch (op) {
    case FilterOp::NotEqual:
        return " <> ";
    case FilterOp::Less:
        return " < ";
    case FilterOp::LessOrEqual:
        return " <= ";
    case FilterOp::Greater:
        return " > ";
    case FilterOp::GreaterOrEqual:
        return " >= ";
    default:
        return " = ";
    }
}

/// WITH base (the rows, dimensions and measured columns only), grouped (one row a group), and for
/// top best and marked between them. Names of ours are short; those of people stand in the
/// last SELECT alone.
class AggregateText
{
public:
    explicit AggregateText(const AggregatePlan& plan)
        : m_plan(plan)
    {
    }

    Statement statement()
    {
        m_statement.sql = "WITH base AS (" + base() + ")";
        if (m_plan.topBy)
            m_statement.sql += ", " + topTables();
        m_statement.sql += ", grouped AS (" + grouped() + ") " + answer();
        std::set<std::string> topics{m_plan.table->topic};
        std::set<std::string> tables{quoted(m_plan.table->name)};
        for (const PlannedLookUp& lookUp : m_plan.lookUps) {
            topics.insert(lookUp.table->topic);
            tables.insert(quoted(lookUp.table->name));
        }
        m_statement.tables.assign(tables.begin(), tables.end());
        if (m_plan.lookUps.empty())
            m_statement.rowsMost = passes * m_plan.table->rowsMost + stepsMax;
        m_statement.topics.assign(topics.begin(), topics.end());
        return std::move(m_statement);
    }

private:
    std::string param(std::string text, std::string_view type)
    {
        m_statement.params.emplace_back(std::move(text));
        return "$" + std::to_string(m_statement.params.size()) + "::" + std::string(type);
    }

    std::string nameOf(const PlannedColumn& column)
    {
        m_used.insert({column.relation, column.column->name});
        return numbered('s', column.relation) + "." + schema::quoted(column.column->name);
    }

    std::string base()
    {
        std::vector<std::string> targets;
        for (std::size_t i = 0; i < m_plan.dimensions.size(); ++i)
            targets.push_back(dimension(m_plan.dimensions[i]) + " AS " + numbered('d', i));
        for (const PlannedMeasure& measure : m_plan.measures) {
            if (!measure.column || valueIndex(*measure.column))
                continue;
            targets.push_back(nameOf(*measure.column) + " AS " + numbered('v', m_values.size()));
            m_values.push_back(*measure.column);
        }
        if (targets.empty())
            targets.emplace_back("1 AS v0");
        const std::string filters = where();
        return "SELECT " + joined(targets, ", ") + " FROM " + relations() + filters;
    }

    /// Last of the parts of base: it reads only the columns that they have named.
    std::string relations()
    {
        std::vector<std::string> joins;
        for (std::size_t i = m_plan.lookUps.size(); i > 0; --i)
            joins.push_back(lookUp(i));
        std::string sql = source() + " AS s0";
        for (auto join = joins.rbegin(); join != joins.rend(); ++join)
            sql += *join;
        return sql;
    }

    std::string source()
    {
        if (m_plan.latestPer.empty())
            return schema::quoted(m_plan.table->name);
        std::vector<std::string> keys;
        for (const SourceColumn* key : m_plan.latestPer)
            keys.push_back("t." + schema::quoted(key->name));
        return latest(0, *m_plan.table, keys, {});
    }

    std::string lookUp(std::size_t relation)
    {
        const PlannedLookUp& planned = m_plan.lookUps[relation - 1];
        std::vector<std::string> keys;
        std::vector<std::string> equal;
        std::vector<std::string> present;
        for (const auto& [left, right] : planned.on) {
            equal.push_back(nameOf({relation, right}) + " = " + nameOf(left));
            const std::string key = "t." + schema::quoted(right->name);
            if (std::find(keys.begin(), keys.end(), key) != keys.end())
                continue;
            keys.push_back(key);
            present.push_back(key + " IS NOT NULL");
        }
        return " LEFT JOIN " +
               latest(relation, *planned.table, keys, " WHERE " + joined(present, " AND ")) +
               " AS " + numbered('s', relation) + " ON " + joined(equal, " AND ");
    }

    std::string latest(std::size_t relation, const SourceTable& table,
                       const std::vector<std::string>& keys, const std::string& condition) const
    {
        std::vector<std::string> columns;
        for (const auto& [of, name] : m_used)
            if (of == relation)
                columns.push_back("t." + schema::quoted(name));
        if (columns.empty())
            columns.push_back(keys.front());
        const std::string key = joined(keys, ", ");
        return "(SELECT DISTINCT ON (" + key + ") " + joined(columns, ", ") + " FROM " +
               schema::quoted(table.name) + " AS t" + condition + " ORDER BY " + key +
               ", t._time DESC NULLS LAST, t._generation DESC, t._partition DESC, t._offset DESC)";
    }

    std::string dimension(const PlannedDimension& planned)
    {
        const std::string column = nameOf(planned.column);
        const Dimension& wanted = *planned.dimension;
        if (wanted.bucket)
            return bucketSql(*wanted.bucket, column, param(wanted.bucket->zone, "text"));
        return wanted.bin ? binSql(*wanted.bin, column, planned.column.column->type) : column;
    }

    std::string where()
    {
        std::vector<std::string> groups;
        for (const auto& group : m_plan.where) {
            std::vector<std::string> parts;
            for (const PlannedFilter& filter : group)
                parts.push_back(condition(nameOf(filter.column), filter.column.column->type,
                                          filter.filter->op, filter.filter->values,
                                          filter.filter->orNull));
            groups.push_back("(" + joined(parts, " OR ") + ")");
        }
        return groups.empty() ? "" : " WHERE " + joined(groups, " AND ");
    }

    std::string condition(const std::string& value, ColumnType columnType, FilterOp op,
                          const std::vector<Constant>& values, bool orNull)
    {
        const std::string test = testOf(value, schema::sqlName(columnType), op, values);
        return orNull ? value + " IS NULL OR " + test : test;
    }

    std::string testOf(const std::string& value, std::string_view type, FilterOp op,
                       const std::vector<Constant>& values)
    {
        switch (op) {
        case FilterOp::IsNull:
            return value + " IS NULL";
        case FilterOp::IsNotNull:
            return value + " IS NOT NULL";
        case FilterOp::In:
            return value + " = ANY (" + param(arrayText(values), std::string(type) + "[]") + ")";
        case FilterOp::NotIn:
            return value + " <> ALL (" + param(arrayText(values), std::string(type) + "[]") + ")";
        case FilterOp::Between: {
            const std::string from = value + " >= " + param(*values[0], type);
            return "(" + from + " AND " + value + " < " + param(*values[1], type) + ")";
        }
        case FilterOp::Contains:
            return value + " ILIKE " + param(escapedPattern(*values[0]), type);
        case FilterOp::StartsWith:
            return "starts_with(" + value + ", " + param(*values[0], type) + ")";
        default:
            return value + std::string(comparison(op)) + param(*values[0], type);
        }
    }

    [[nodiscard]] std::optional<std::size_t> valueIndex(const PlannedColumn& column) const
    {
        const auto found = std::find(m_values.begin(), m_values.end(), column);
        return found == m_values.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - m_values.begin()));
    }

    std::string measure(const PlannedMeasure& planned)
    {
        const std::string value =
            planned.column ? "b." + numbered('v', *valueIndex(*planned.column)) : "*";
        switch (planned.measure->kind) {
        case MeasureKind::Count:
        case MeasureKind::CountNonNull:
            return "count(" + value + ")";
        case MeasureKind::CountDistinct:
            return "count(DISTINCT " + value + ")";
        case MeasureKind::Sum:
            return "sum(" + value + ")";
        case MeasureKind::Average:
            return "avg(" + value + ")";
        case MeasureKind::Min:
            return "min(" + value + ")";
        case MeasureKind::Max:
            return "max(" + value + ")";
        case MeasureKind::Deviation:
            return "stddev(" + value + ")";
        case MeasureKind::Percentile:
            return "percentile_cont(" + param(fractionText(*planned.measure->fraction), "float8") +
                   ") WITHIN GROUP (ORDER BY " + value + "::float8)";
        case MeasureKind::ShareTrue:
            return "avg(" + value + "::int4)";
        case MeasureKind::PercentOfTotal: {
            const std::string part = (planned.column ? "sum(" : "count(") + value + ")";
            return "100 * " + part + " / nullif(sum(" + part + ") OVER (), 0)";
        }
        }
        return {};
    }

    /// best: the values of the first dimension that are kept; marked: the rows, and whether theirs
    /// is another.
    std::string topTables()
    {
        const TopN& top = *m_plan.request->top;
        const std::string best = "best AS (SELECT b.d0 FROM base AS b GROUP BY b.d0 ORDER BY " +
                                 measure(m_plan.measures[*m_plan.topBy]) +
                                 (top.ascending ? " ASC" : " DESC") + " NULLS LAST, b.d0 LIMIT " +
                                 std::to_string(top.count) + ")";
        std::vector<std::string> columns;
        for (std::size_t i = 0; i < m_plan.dimensions.size(); ++i)
            columns.push_back("b." + numbered('d', i));
        for (std::size_t i = 0; i < m_values.size(); ++i)
            columns.push_back("b." + numbered('v', i));
        return best + ", marked AS (SELECT " + joined(columns, ", ") +
               ", CASE WHEN b.d0 IS NULL"
               " THEN NOT EXISTS (SELECT 1 FROM best AS k WHERE k.d0 IS NULL)"
               " ELSE NOT (b.d0 IN (SELECT k.d0 FROM best AS k WHERE k.d0 IS NOT NULL)) END"
               " AS is_other FROM base AS b)";
    }

    std::string grouped()
    {
        std::vector<std::string> targets;
        std::vector<std::string> keys;
        for (std::size_t i = 0; i < m_plan.dimensions.size(); ++i) {
            const std::string name = "b." + numbered('d', i);
            keys.push_back(m_plan.topBy && i == 0
                               ? "CASE WHEN b.is_other THEN NULL ELSE " + name + " END"
                               : name);
            targets.push_back(keys.back() + " AS " + numbered('d', i));
        }
        if (m_plan.topBy) {
            keys.emplace_back("b.is_other");
            targets.push_back(keys.back());
        }
        for (std::size_t i = 0; i < m_plan.measures.size(); ++i)
            targets.push_back(measure(m_plan.measures[i]) + " AS " + numbered('m', i));
        return "SELECT " + joined(targets, ", ") + " FROM " + (m_plan.topBy ? "marked" : "base") +
               " AS b" + (keys.empty() ? "" : " GROUP BY " + joined(keys, ", "));
    }

    std::string answer()
    {
        const bool hasOther = m_plan.topBy && m_plan.request->top->withOther;
        std::vector<std::string> targets;
        for (std::size_t i = 0; i < m_plan.dimensions.size(); ++i) {
            const std::string name = "g." + numbered('d', i);
            const PlannedDimension& planned = m_plan.dimensions[i];
            const bool isLabelled =
                hasOther && i == 0 && planned.column.column->type == ColumnType::Text;
            targets.push_back((isLabelled ? "CASE WHEN g.is_other THEN " +
                                                param(m_plan.request->top->otherLabel, "text") +
                                                " ELSE " + name + " END"
                                          : name) +
                              " AS " + schema::quoted(planned.name));
        }
        for (std::size_t i = 0; i < m_plan.measures.size(); ++i)
            targets.push_back("g." + numbered('m', i) + " AS " +
                              schema::quoted(m_plan.measures[i].name));
        if (hasOther)
            targets.push_back("g.is_other AS " + schema::quoted(isOtherName));
        std::vector<std::string> conditions;
        if (m_plan.topBy && !hasOther)
            conditions.emplace_back("NOT g.is_other");
        for (const auto& [index, having] : m_plan.having)
            conditions.push_back(condition("g." + numbered('m', index), m_plan.measures[index].type,
                                           having->op, having->values, false));
        std::string sql = "SELECT " + joined(targets, ", ") + " FROM grouped AS g";
        sql += conditions.empty() ? "" : " WHERE " + joined(conditions, " AND ");
        sql += order();
        if (m_plan.request->limit)
            sql += " LIMIT " + std::to_string(*m_plan.request->limit);
        return sql;
    }

    [[nodiscard]] std::string order() const
    {
        std::vector<std::string> keys;
        for (const PlannedSort& key : m_plan.sort) {
            std::string name = "g.is_other";
            if (key.of != PlannedSort::Of::IsOther)
                name = "g." + numbered(key.of == PlannedSort::Of::Measure ? 'm' : 'd', key.index);
            keys.push_back(name + (key.descending ? " DESC" : " ASC") +
                           (key.nullsFirst ? " NULLS FIRST" : " NULLS LAST"));
        }
        return keys.empty() ? "" : " ORDER BY " + joined(keys, ", ");
    }

    const AggregatePlan& m_plan;
    Statement m_statement;
    std::vector<PlannedColumn> m_values;                  ///< v0… of base
    std::set<std::pair<std::size_t, std::string>> m_used; ///< columns read, by relation
};

} // namespace

Checked<Statement> compileAggregate(const AggregateRequest& request, const Catalogue& catalogue,
                                    const RequestLimits& limits)
{
    auto plan = planAggregate(request, catalogue, limits);
    if (!plan)
        return plan.problems();
    Statement statement = AggregateText(*plan).statement();
    if (statement.sql.size() > statementBytesMax)
        return Problem{"limit",
                       "the request becomes too long a question; take filters, dimensions or "
                       "measures out",
                       ""};
    return statement;
}

} // namespace millrace::query
