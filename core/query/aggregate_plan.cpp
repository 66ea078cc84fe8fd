// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_plan.h"

#include "core/base/nearest_name.h"
#include "core/base/text.h"
#include "core/query/aggregate_checks.h"
#include "core/query/aggregate_words.h"
#include "core/schema/names.h"

#include <algorithm>

namespace millrace::query {

namespace {

using schema::ColumnType;

class Planner
{
public:
    Planner(const AggregateRequest& request, const Catalogue& catalogue,
            const RequestLimits& limits)
        : m_request(request)
        , m_catalogue(catalogue)
        , m_limits(limits)
    {
        m_plan.request = &request;
    }

    Checked<AggregatePlan> plan()
    {
        m_plan.table = table(m_request.source.table, "table");
        latestPer();
        lookUps();
        where();
        dimensions();
        measures();
        having();
        top();
        sort();
        bounds();
        if (!m_problems.empty())
            return m_problems.take();
        return std::move(m_plan);
    }

private:
    const SourceTable* table(const std::string& name, const std::string& field)
    {
        const SourceTable* found = m_catalogue.find(name);
        if (name.empty())
            m_problems.add({"missing", "name the table to ask", field});
        else if (found == nullptr)
            m_problems.add({"unknown_name", "there is no table or topic " + shown(name), field,
                            std::string(m_catalogue.nearestTable(name))});
        return found;
    }

    const SourceColumn* columnOf(const SourceTable& of, const std::string& name,
                                 const std::string& field)
    {
        const SourceColumn* found = of.column(name);
        if (found == nullptr)
            m_problems.add({name.empty() ? "missing" : "unknown_name",
                            name.empty()
                                ? "name a column"
                                : "table " + shown(of.name.name) + " has no column " + shown(name),
                            field, std::string(of.nearestColumn(name))});
        return found;
    }

    [[nodiscard]] const std::string& alias(std::size_t lookUp) const
    {
        const LookUp& wanted = m_request.lookUps[lookUp];
        return wanted.as.empty() ? wanted.table : wanted.as;
    }

    /// Nothing when it is unknown, which has been said, or its table is.
    std::optional<PlannedColumn> column(const ColumnName& name, const std::string& field,
                                        std::size_t lookUpsSeen)
    {
        if (m_plan.table == nullptr)
            return std::nullopt;
        if (const SourceColumn* own = m_plan.table->column(name))
            return PlannedColumn{0, own};
        for (std::size_t i = 0; i < std::min(lookUpsSeen, m_plan.lookUps.size()); ++i) {
            if (!name.starts_with(alias(i) + "."))
                continue;
            if (m_plan.lookUps[i].table == nullptr)
                return std::nullopt;
            const auto* found = m_plan.lookUps[i].table->column(name.substr(alias(i).size() + 1));
            if (found != nullptr)
                return PlannedColumn{i + 1, found};
        }
        unknownColumn(name, field, lookUpsSeen);
        return std::nullopt;
    }

    void unknownColumn(const ColumnName& name, const std::string& field, std::size_t lookUpsSeen)
    {
        std::vector<std::string> names;
        for (const SourceColumn& each : m_plan.table->columns)
            names.push_back(each.name);
        for (std::size_t i = 0; i < std::min(lookUpsSeen, m_plan.lookUps.size()); ++i)
            if (m_plan.lookUps[i].table != nullptr)
                for (const SourceColumn& each : m_plan.lookUps[i].table->columns)
                    names.push_back(alias(i) + "." + each.name);
        const std::vector<std::string_view> views(names.begin(), names.end());
        if (name.empty())
            m_problems.add({"missing", "name a column", field});
        else
            m_problems.add({"unknown_name", "there is no column " + shown(name), field,
                            std::string(nearestName(name, views))});
    }

    std::optional<PlannedColumn> column(const ColumnName& name, const std::string& field)
    {
        return column(name, field, m_request.lookUps.size());
    }

    void latestPer()
    {
        const auto& keys = m_request.source.latestPer;
        atMost(keys.size(), m_limits.keysMax, "columns to keep the latest row of", "latest_per");
        for (std::size_t i = 0; i < keys.size() && m_plan.table != nullptr; ++i)
            if (const auto* key = columnOf(*m_plan.table, keys[i], at("latest_per", i)))
                m_plan.latestPer.push_back(key);
    }

    void lookUps()
    {
        atMost(m_request.lookUps.size(), m_limits.lookUpsMax, "look-ups", "look_ups");
        for (std::size_t i = 0; i < m_request.lookUps.size(); ++i) {
            const LookUp& wanted = m_request.lookUps[i];
            const std::string field = at("look_ups", i);
            PlannedLookUp planned{table(wanted.table, field + ".table"), {}};
            for (std::size_t other = 0; other < i; ++other)
                if (alias(other) == alias(i))
                    m_problems.add({"refused",
                                    "two look-ups are called " + shown(alias(i)) +
                                        "; name one of them by \"as\"",
                                    field + ".as"});
            if (wanted.on.empty())
                m_problems.add({"missing", "say which columns are equal", field + ".on"});
            atMost(wanted.on.size(), m_limits.keysMax, "pairs of columns", field + ".on");
            for (std::size_t pair = 0; pair < wanted.on.size(); ++pair)
                joinOn(planned, wanted.on[pair], field + at(".on", pair), i);
            m_plan.lookUps.push_back(std::move(planned));
        }
    }

    void joinOn(PlannedLookUp& planned, const LookUp::Pair& pair, const std::string& field,
                std::size_t lookUpsSeen)
    {
        const auto left = column(pair.left, field + ".left", lookUpsSeen);
        if (planned.table == nullptr)
            return;
        const auto* right = columnOf(*planned.table, pair.right, field + ".right");
        if (!left || right == nullptr)
            return;
        if (!canJoin(left->column->type, right->type))
            m_problems.add({"wrong_type",
                            shown(pair.left) + " is " + left->column->sqlType + " and " +
                                shown(pair.right) + " " + right->sqlType +
                                "; a look-up needs columns of one type",
                            field});
        planned.on.emplace_back(*left, right);
    }

    void where()
    {
        std::size_t filters = 0;
        for (std::size_t i = 0; i < m_request.where.size(); ++i) {
            const FilterGroup& group = m_request.where[i];
            const std::string field = at("where", i);
            filters += group.size();
            if (group.empty())
                m_problems.add({"missing", "an empty group matches nothing", field + ".any"});
            auto& planned = m_plan.where.emplace_back();
            for (std::size_t j = 0; j < group.size(); ++j) {
                const std::string own = group.size() == 1 ? field : field + at(".any", j);
                if (const auto found = column(group[j].column, own + ".column")) {
                    checkFilter(group[j], found->column->type, own, m_limits, m_problems);
                    planned.push_back({*found, &group[j]});
                }
            }
        }
        atMost(filters, m_limits.filtersMax, "filters", "where");
    }

    void dimensions()
    {
        atMost(m_request.dimensions.size(), m_limits.dimensionsMax, "dimensions", "group_by");
        for (std::size_t i = 0; i < m_request.dimensions.size(); ++i) {
            const Dimension& wanted = m_request.dimensions[i];
            const std::string field = at("group_by", i);
            const auto found = column(wanted.column, field + ".column");
            if (found)
                checkDimension(wanted, found->column->type, field, m_problems);
            PlannedDimension planned{found.value_or(PlannedColumn{}), &wanted, wanted.as};
            if (planned.name.empty() && found)
                planned.name = found->column->name;
            checkName(planned.name, field + ".as");
            m_plan.dimensions.push_back(std::move(planned));
        }
    }

    void measures()
    {
        atMost(m_request.measures.size(), m_limits.measuresMax, "measures", "measures");
        for (std::size_t i = 0; i < m_request.measures.size(); ++i) {
            const Measure& wanted = m_request.measures[i];
            const std::string field = at("measures", i);
            PlannedMeasure planned{std::nullopt, &wanted, {}, ColumnType::Numeric};
            const bool wantsColumn =
                wanted.kind != MeasureKind::Count &&
                (wanted.kind != MeasureKind::PercentOfTotal || !wanted.column.empty());
            if (wantsColumn)
                planned.column = column(wanted.column, field + ".column");
            checkMeasure(wanted, planned.column ? planned.column->column : nullptr, field,
                         m_problems);
            if (planned.column)
                planned.type = measureType(wanted.kind, planned.column->column->type);
            planned.name =
                answerName(wanted, planned.column ? std::string_view(planned.column->column->name)
                                                  : std::string_view());
            if (wanted.as.empty())
                planned.name = cutUtf8(planned.name, schema::nameBytesMax);
            checkName(planned.name, field + ".as");
            m_plan.measures.push_back(std::move(planned));
        }
    }

    void checkName(const std::string& name, const std::string& field)
    {
        if (name.empty()) // of an unknown column
            return;
        if (name.size() > schema::nameBytesMax || !isUtf8(name) ||
            name.find('\0') != std::string::npos)
            m_problems.add({"limit", "a name is UTF-8 text of at most 63 bytes", field});
        const bool isTaken = measureCalled(name) || dimensionCalled(name) ||
                             (m_request.top && m_request.top->withOther && name == isOtherName);
        if (isTaken)
            m_problems.add({"refused",
                            "two columns of the answer are called " + shown(name) +
                                "; name one of them by \"as\"",
                            field});
    }

    [[nodiscard]] std::optional<std::size_t> measureCalled(std::string_view name) const
    {
        return indexOf(m_plan.measures, name);
    }
    [[nodiscard]] std::optional<std::size_t> dimensionCalled(std::string_view name) const
    {
        return indexOf(m_plan.dimensions, name);
    }
    template<class Named>
    static std::optional<std::size_t> indexOf(const std::vector<Named>& all, std::string_view name)
    {
        const auto found = std::find_if(all.begin(), all.end(),
                                        [name](const Named& each) { return each.name == name; });
        return found == all.end() ? std::nullopt
                                  : std::optional<std::size_t>(std::size_t(found - all.begin()));
    }

    void unknownMeasure(const std::string& name, const std::string& field, bool orDimension)
    {
        std::vector<std::string_view> names;
        for (const PlannedMeasure& each : m_plan.measures)
            names.push_back(each.name);
        for (const PlannedDimension& each : m_plan.dimensions)
            if (orDimension)
                names.push_back(each.name);
        m_problems.add(
            {"unknown_name",
             "the answer has no " + std::string(orDimension ? "column " : "measure ") + shown(name),
             field, std::string(nearestName(name, names))});
    }

    void having()
    {
        atMost(m_request.having.size(), m_limits.filtersMax, "conditions", "having");
        for (std::size_t i = 0; i < m_request.having.size(); ++i) {
            const Having& wanted = m_request.having[i];
            const std::string field = at("having", i);
            const auto measure = measureCalled(wanted.measure);
            if (!measure) {
                unknownMeasure(wanted.measure, field + ".measure", false);
                continue;
            }
            checkHaving(wanted, m_plan.measures[*measure].type, field, m_limits, m_problems);
            m_plan.having.emplace_back(*measure, &wanted);
        }
    }

    void top()
    {
        if (!m_request.top)
            return;
        const TopN& wanted = *m_request.top;
        if (wanted.count < 1 || wanted.count > m_limits.topMax)
            m_problems.add({"limit",
                            "top keeps 1 to " + std::to_string(m_limits.topMax) + " groups",
                            "top.count"});
        if (m_request.dimensions.empty())
            m_problems.add({"missing", "top needs a dimension to choose from", "group_by"});
        if (m_request.measures.empty())
            m_problems.add({"missing", "top needs a measure to choose by", "measures"});
        if (!constantFault(wanted.otherLabel, ColumnType::Text).empty() ||
            wanted.otherLabel.size() > m_limits.constantBytesMax)
            m_problems.add({"limit", "this label is too long or no text", "top.other_label"});
        m_plan.topBy = wanted.by.empty() ? std::size_t{0} : measureCalled(wanted.by);
        if (!m_plan.topBy)
            unknownMeasure(wanted.by, "top.by", false);
    }

    void sort()
    {
        using Of = PlannedSort::Of;
        atMost(m_request.sort.size(), m_limits.dimensionsMax + m_limits.measuresMax, "sort keys",
               "sort");
        const bool hasOther = m_request.top && m_request.top->withOther;
        for (std::size_t i = 0; i < m_request.sort.size(); ++i) {
            const SortKey& key = m_request.sort[i];
            PlannedSort planned{Of::Dimension, 0, key.descending, key.nullsFirst};
            if (const auto dimension = dimensionCalled(key.name)) {
                planned.index = *dimension;
            } else if (const auto measure = measureCalled(key.name)) {
                planned.of = Of::Measure;
                planned.index = *measure;
            } else if (hasOther && key.name == isOtherName) {
                planned.of = Of::IsOther;
            } else {
                unknownMeasure(key.name, at("sort", i) + ".name", true);
                continue;
            }
            m_plan.sort.push_back(planned);
        }
        if (hasOther)
            m_plan.sort.push_back({Of::IsOther, 0, false, false});
        for (std::size_t i = 0; i < m_plan.dimensions.size(); ++i)
            m_plan.sort.push_back({Of::Dimension, i, false, false});
    }

    void bounds()
    {
        if (m_request.dimensions.empty() && m_request.measures.empty())
            m_problems.add({"missing", "ask for a measure or a dimension", "measures"});
        if (m_request.limit && (*m_request.limit < 1 || *m_request.limit > m_limits.limitMax))
            m_problems.add({"limit",
                            "an answer has 1 to " + std::to_string(m_limits.limitMax) + " rows",
                            "limit"});
    }

    void atMost(std::size_t count, int most, const char* of, const std::string& field)
    {
        if (count > static_cast<std::size_t>(most))
            m_problems.add({"limit",
                            "at most " + std::to_string(most) + " " + of + ", here are " +
                                std::to_string(count),
                            field});
    }

    const AggregateRequest& m_request;
    const Catalogue& m_catalogue;
    const RequestLimits& m_limits;
    AggregatePlan m_plan;
    ProblemList m_problems;
};

} // namespace

Checked<AggregatePlan> planAggregate(const AggregateRequest& request, const Catalogue& catalogue,
                                     const RequestLimits& limits)
{
    return Planner(request, catalogue, limits).plan();
}

} // namespace millrace::query
