// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/aggregate_oracle.h"

#include "tests/integration/bucket_oracle.h"

#include <QString>

#include <algorithm>
#include <cmath>
#include <set>

namespace millrace::integration {

using namespace query;
using schema::ColumnType;
using Kind = Cell::Kind;
using Wide = Cell::Wide;

namespace {

using Names = std::vector<std::pair<std::string, ColumnType>>;

/// The rows of a source with its look-ups beside them, under the names a request uses.
struct Joined
{
    Names names;
    std::vector<Cells> rows;

    [[nodiscard]] std::size_t index(const std::string& name) const
    {
        const auto found = std::find_if(names.begin(), names.end(),
                                        [&](const auto& each) { return each.first == name; });
        return std::size_t(found - names.begin());
    }
};

Joined named(const Table& table, const std::string& prefix)
{
    Joined made;
    for (const SourceColumn& column : table.source->columns)
        made.names.emplace_back(prefix + column.name, column.type);
    made.rows = table.rows;
    return made;
}

const Table& tableOf(const std::map<std::string, Table>& tables, const std::string& name)
{
    for (const auto& [key, table] : tables)
        if (key == name || table.source->topic == name)
            return table;
    return tables.begin()->second;
}

/// Of each value of the keys the row that is greatest by time, generation, partition, offset.
Joined latestOf(const Table& table, const std::vector<std::string>& keys, const std::string& prefix)
{
    Joined all = named(table, prefix);
    const auto cellsOf = [&](const Cells& row, const std::vector<std::string>& names) {
        Cells cells;
        for (const std::string& name : names)
            cells.push_back(row[all.index(prefix + name)]);
        return cells;
    };
    const std::vector<std::string> order{"_time", "_generation", "_partition", "_offset"};
    const auto isLater = [](const Cells& one, const Cells& two) {
        if (one.front().isNull() != two.front().isNull())
            return two.front().isNull();
        return two < one;
    };
    std::map<Cells, Cells> latest;
    for (const Cells& row : all.rows) {
        const auto [place, isNew] = latest.try_emplace(cellsOf(row, keys), row);
        if (!isNew && isLater(cellsOf(row, order), cellsOf(place->second, order)))
            place->second = row;
    }
    all.rows.clear();
    for (auto& [key, row] : latest)
        all.rows.push_back(row);
    return all;
}

Joined joinedRows(const AggregateRequest& request, const std::map<std::string, Table>& tables)
{
    const Table& table = tableOf(tables, request.source.table);
    Joined left = request.source.latestPer.empty() ? named(table, "")
                                                   : latestOf(table, request.source.latestPer, "");
    for (const LookUp& lookUp : request.lookUps) {
        std::vector<std::string> keys;
        for (const LookUp::Pair& pair : lookUp.on)
            keys.push_back(pair.right);
        const std::string prefix = lookUp.as + ".";
        const Joined right = latestOf(tableOf(tables, lookUp.table), keys, prefix);
        for (Cells& row : left.rows) {
            const auto isEqual = [&](const Cells& other) {
                return std::all_of(lookUp.on.begin(), lookUp.on.end(), [&](const auto& pair) {
                    const Cell& one = row[left.index(pair.left)];
                    const Cell& two = other[right.index(prefix + pair.right)];
                    return !one.isNull() && !two.isNull() && one.compare(two) == 0;
                });
            };
            const auto found = std::find_if(right.rows.begin(), right.rows.end(), isEqual);
            const Cells none(right.names.size());
            const Cells& beside = found == right.rows.end() ? none : *found;
            row.insert(row.end(), beside.begin(), beside.end());
        }
        left.names.insert(left.names.end(), right.names.begin(), right.names.end());
    }
    return left;
}

std::string lowered(const std::string& text)
{
    return QString::fromStdString(text).toLower().toStdString();
}

bool matches(const Cell& cell, FilterOp op, const std::vector<Cell>& values)
{
    if (op == FilterOp::IsNull || op == FilterOp::IsNotNull)
        return cell.isNull() == (op == FilterOp::IsNull);
    if (cell.isNull())
        return false;
    const auto isIn = [&] {
        return std::any_of(values.begin(), values.end(),
                           [&](const Cell& value) { return cell.compare(value) == 0; });
    };
    const int first = cell.compare(values[0]);
    switch (op) {
    case FilterOp::Equal:
    case FilterOp::In:
        return isIn();
    case FilterOp::NotEqual:
    case FilterOp::NotIn:
        return !isIn();
    case FilterOp::Less:
        return first < 0;
    case FilterOp::LessOrEqual:
        return first <= 0;
    case FilterOp::Greater:
        return first > 0;
    case FilterOp::GreaterOrEqual:
        return first >= 0;
    case FilterOp::Between:
        return first >= 0 && cell.compare(values[1]) < 0;
    case FilterOp::Contains:
        return lowered(cell.text).find(lowered(values[0].text)) != std::string::npos;
    default:
        return cell.text.starts_with(values[0].text);
    }
}

bool passes(const AggregateRequest& request, const Joined& rows, const Cells& row)
{
    return std::all_of(request.where.begin(), request.where.end(), [&](const FilterGroup& group) {
        return std::any_of(group.begin(), group.end(), [&](const Filter& filter) {
            const std::size_t index = rows.index(filter.column);
            Cells values;
            for (const Constant& value : filter.values)
                values.push_back(cellOf(value, rows.names[index].second));
            return matches(row[index], filter.op, values) || (filter.orNull && row[index].isNull());
        });
    });
}

Cell dimensionOf(const Dimension& dimension, const Cell& cell)
{
    if (cell.isNull() || (!dimension.bucket && !dimension.bin))
        return cell;
    if (dimension.bucket)
        return exactCell(bucketStart(*dimension.bucket, static_cast<std::int64_t>(cell.exact)));
    if (cell.kind == Kind::Real && std::isnan(cell.real))
        return cell;
    const Wide value =
        cell.kind == Kind::Real ? Wide(std::llround(cell.real * Cell::scale)) : cell.exact;
    const Wide width = scaled(dimension.bin->width);
    const Wide above = value - scaled(dimension.bin->origin);
    const Wide rest = above % width;
    return exactCell(value - (rest < 0 ? rest + width : rest));
}

Cell sumOf(const Cells& present)
{
    if (present.empty())
        return {};
    Cell sum = present.front();
    for (std::size_t i = 1; i < present.size(); ++i) {
        sum.exact += present[i].exact;
        sum.real += present[i].real;
    }
    return sum;
}

Cell deviationOf(const Cells& present)
{
    if (present.size() < 2)
        return {};
    const auto valueOf = [&](const Cell& cell) { // near zero, where a long double is exact
        return cell.kind == Kind::Real
                   ? static_cast<long double>(cell.real)
                   : static_cast<long double>(cell.exact - present.front().exact) / Cell::scale;
    };
    long double mean = 0;
    for (const Cell& cell : present)
        mean += valueOf(cell) / static_cast<long double>(present.size());
    long double squares = 0;
    for (const Cell& cell : present)
        squares += (valueOf(cell) - mean) * (valueOf(cell) - mean);
    return realCell(
        static_cast<double>(std::sqrt(squares / static_cast<long double>(present.size() - 1))));
}

Cell percentileOf(Cells present, double fraction)
{
    if (present.empty())
        return {};
    std::sort(present.begin(), present.end());
    const double place = fraction * static_cast<double>(present.size() - 1);
    const auto low = static_cast<std::size_t>(std::floor(place));
    const auto high = static_cast<std::size_t>(std::ceil(place));
    if (low == high)
        return realCell(present[low].number());
    const double from = present[low].number();
    return realCell(from + (place - std::floor(place)) * (present[high].number() - from));
}

/// `groupRows` of `allRows`, each one the measured column's cell.
Cell measureOf(const Measure& measure, const Cells& group, const Cells& all)
{
    Cells present;
    std::copy_if(group.begin(), group.end(), std::back_inserter(present),
                 [](const Cell& cell) { return !cell.isNull(); });
    const auto counted = [](std::size_t count) { return exactCell(Wide(count) * Cell::scale); };
    switch (measure.kind) {
    case MeasureKind::Count:
        return counted(group.size());
    case MeasureKind::CountNonNull:
        return counted(present.size());
    case MeasureKind::CountDistinct:
        return counted(std::set<Cell>(present.begin(), present.end()).size());
    case MeasureKind::Sum:
        return sumOf(present);
    case MeasureKind::Average: {
        const Cell sum = sumOf(present);
        return sum.isNull() ? sum : realCell(sum.number() / static_cast<double>(present.size()));
    }
    case MeasureKind::ShareTrue: {
        const Cell sum = sumOf(present);
        return sum.isNull()
                   ? sum
                   : realCell(static_cast<double>(sum.exact) / static_cast<double>(present.size()));
    }
    case MeasureKind::Min:
        return present.empty() ? Cell() : *std::min_element(present.begin(), present.end());
    case MeasureKind::Max:
        return present.empty() ? Cell() : *std::max_element(present.begin(), present.end());
    case MeasureKind::Deviation:
        return deviationOf(present);
    case MeasureKind::Percentile:
        return percentileOf(std::move(present), *measure.fraction);
    case MeasureKind::PercentOfTotal:
        break;
    }
    const Measure part{measure.column.empty() ? MeasureKind::Count : MeasureKind::Sum, {}, {}, {}};
    const Cell own = measureOf(part, group, all);
    const Cell total = measureOf(part, all, all);
    if (own.isNull() || total.isNull() || total.number() == 0)
        return {};
    return realCell(100 * own.number() / total.number());
}

class Grouping
{
public:
    Grouping(const AggregateRequest& request, const std::map<std::string, Table>& tables)
        : m_request(request)
        , m_rows(joinedRows(request, tables))
    {
        std::erase_if(m_rows.rows, [&](const Cells& row) { return !passes(request, m_rows, row); });
    }

    std::vector<Cells> answer()
    {
        const auto& top = m_request.top;
        const std::set<Cell> best = top ? bestValues() : std::set<Cell>();
        std::map<Cells, std::vector<Cells>> groups;
        for (const Cells& row : m_rows.rows) {
            Cells key = keyOf(row);
            if (top) {
                const bool isOther = !best.contains(key.front());
                if (isOther)
                    key.front() = isText(0) && top->withOther
                                      ? Cell{Kind::Text, 0, 0, top->otherLabel}
                                      : Cell();
                key.push_back(exactCell(isOther ? 1 : 0));
            }
            groups[key].push_back(row);
        }
        if (m_request.dimensions.empty())
            groups.try_emplace({});
        std::vector<Cells> answers;
        for (const auto& [key, rows] : groups) {
            Cells line(key.begin(),
                       key.begin() + static_cast<std::ptrdiff_t>(m_request.dimensions.size()));
            for (const Measure& measure : m_request.measures)
                line.push_back(valueOf(measure, rows));
            if (top && !top->withOther && key.back().exact == 1)
                continue;
            if (top && top->withOther)
                line.push_back(key.back());
            if (hasAll(line))
                answers.push_back(std::move(line));
        }
        return answers;
    }

private:
    [[nodiscard]] bool isText(std::size_t dimension) const
    {
        const auto& wanted = m_request.dimensions[dimension];
        return m_rows.names[m_rows.index(wanted.column)].second == ColumnType::Text;
    }

    [[nodiscard]] Cells keyOf(const Cells& row) const
    {
        Cells key;
        for (const Dimension& dimension : m_request.dimensions)
            key.push_back(dimensionOf(dimension, row[m_rows.index(dimension.column)]));
        return key;
    }

    [[nodiscard]] Cell valueOf(const Measure& measure, const std::vector<Cells>& rows) const
    {
        const auto cells = [&](const std::vector<Cells>& of) {
            if (measure.column.empty())
                return Cells(of.size());
            Cells found;
            for (const Cells& row : of)
                found.push_back(row[m_rows.index(measure.column)]);
            return found;
        };
        return measureOf(measure, cells(rows), cells(m_rows.rows));
    }

    std::set<Cell> bestValues()
    {
        const TopN& top = *m_request.top;
        std::map<Cell, std::vector<Cells>> groups;
        for (const Cells& row : m_rows.rows)
            groups[keyOf(row).front()].push_back(row);
        const auto by = std::find_if(m_request.measures.begin(), m_request.measures.end(),
                                     [&](const Measure& measure) { return measure.as == top.by; });
        std::vector<std::pair<Cell, Cell>> ranked; // measure, value
        for (const auto& [value, rows] : groups)
            ranked.emplace_back(valueOf(*by, rows), value);
        std::stable_sort(ranked.begin(), ranked.end(), [&](const auto& one, const auto& two) {
            if (one.first.isNull() || two.first.isNull())
                return !one.first.isNull() && two.first.isNull();
            const int order = one.first.compare(two.first);
            return top.ascending ? order < 0 : order > 0;
        });
        std::set<Cell> best;
        for (std::size_t i = 0; i < ranked.size() && i < std::size_t(top.count); ++i)
            best.insert(ranked[i].second);
        return best;
    }

    [[nodiscard]] bool hasAll(const Cells& line) const
    {
        return std::all_of(m_request.having.begin(), m_request.having.end(), [&](const auto& each) {
            const auto measure =
                std::find_if(m_request.measures.begin(), m_request.measures.end(),
                             [&](const Measure& one) { return one.as == each.measure; });
            const auto index =
                m_request.dimensions.size() + std::size_t(measure - m_request.measures.begin());
            Cells values;
            for (const Constant& value : each.values)
                values.push_back(cellOf(value, ColumnType::Numeric));
            return matches(line[index], each.op, values);
        });
    }

    const AggregateRequest& m_request;
    Joined m_rows;
};

ColumnType typeOf(const Measure& measure, ColumnType column)
{
    switch (measure.kind) {
    case MeasureKind::Min:
    case MeasureKind::Max:
    case MeasureKind::Sum:
        return column;
    case MeasureKind::Count:
    case MeasureKind::CountNonNull:
    case MeasureKind::CountDistinct:
        return ColumnType::BigInt;
    default:
        return ColumnType::Double;
    }
}

} // namespace

std::vector<Cells> expectedAnswer(const AggregateRequest& request,
                                  const std::map<std::string, Table>& tables)
{
    return Grouping(request, tables).answer();
}

std::vector<ColumnType> answerTypes(const AggregateRequest& request,
                                    const std::map<std::string, Table>& tables)
{
    const Joined rows = joinedRows(request, tables);
    std::vector<ColumnType> types;
    for (const Dimension& dimension : request.dimensions)
        types.push_back(dimension.bin ? ColumnType::Numeric
                                      : rows.names[rows.index(dimension.column)].second);
    for (const Measure& measure : request.measures)
        types.push_back(typeOf(measure, measure.column.empty()
                                            ? ColumnType::BigInt
                                            : rows.names[rows.index(measure.column)].second));
    if (request.top && request.top->withOther)
        types.push_back(ColumnType::Bool);
    return types;
}

} // namespace millrace::integration
