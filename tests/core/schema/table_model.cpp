// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/schema/table_model.h"

#include "core/schema/names.h"

#include <algorithm>
#include <set>

namespace millrace::tests {

using namespace schema;

namespace {

std::vector<Sighting> sightingsOf(std::span<const ModelRecord> batch)
{
    std::vector<Sighting> seen;
    std::map<Path, std::size_t> indexes;
    for (const ModelRecord& record : batch) {
        for (const ModelValue& value : record.values) {
            const auto [found, isNew] = indexes.try_emplace(value.path, seen.size());
            if (isNew)
                seen.push_back({value.path, {}});
            auto& kinds = seen[found->second].kinds;
            if (std::ranges::find(kinds, value.kind, &Sighting::First::kind) == kinds.end())
                kinds.push_back({value.kind, {PartitionId(0), Offset(record.offset), value.text}});
        }
    }
    return seen;
}

} // namespace

ModelStream randomStream(std::mt19937_64& random, std::size_t records)
{
    static const std::vector<Path> paths{{"a"},
                                         {"A"},
                                         {"b", "x"},
                                         {"b", "y"},
                                         {"b", "z"},
                                         {"b", "w"},
                                         {"b", "17"},
                                         {"b"},
                                         {"b", "x", "d"},
                                         {"c_x"},
                                         {"cX"},
                                         {"_offset"},
                                         {"deadbeefdeadbeef", "q"},
                                         {"a__text"},
                                         {"e", "f", "g"},
                                         {"e", "h"},
                                         {"xmin"}};
    ModelStream stream(records);
    std::int64_t offset = 0;
    for (ModelRecord& record : stream) {
        record.offset = offset++;
        std::set<Path> used;
        for (auto count = random() % 5; count > 0; --count) {
            const Path& path = paths[random() % paths.size()];
            if (!used.insert(path).second)
                continue;
            const auto kind = static_cast<Kind>(random() % kindCount);
            record.values.push_back(
                {path, kind, std::to_string(record.offset) + displayPath(path)});
        }
    }
    return stream;
}

void TableModel::land(std::span<const ModelRecord> batch)
{
    Changes changes = diff(schema, sightingsOf(batch), m_limits);
    for (Change& change : changes) {
        if (auto* created = std::get_if<CreateTable>(&change))
            created->table = "t";
    }
    schema = schema::apply(schema, changes);
    for (const ModelRecord& record : batch) {
        for (const ModelValue& value : record.values) {
            const int column = placementOf(schema, value.path, value.kind);
            const std::string name =
                column < 0 ? std::string() : schema.columns[static_cast<std::size_t>(column)].name;
            m_rows[record.offset].push_back({name, value});
        }
    }
}

std::string TableModel::columns() const
{
    std::string text;
    for (const Column& column : schema.columns)
        text += column.name + " " + displayPath(column.path) + " " +
                std::string(sqlName(column.type)) + " " + std::to_string(column.kinds.bits) + "\n";
    return text;
}

std::string TableModel::cells() const
{
    std::string text;
    for (const auto& [offset, cells] : m_rows) {
        for (const Cell& cell : cells)
            text += std::to_string(offset) + " " + cell.column + "=" + cell.value.text + "\n";
    }
    return text;
}

std::string TableModel::shape() const
{
    std::set<std::string> words;
    for (const Column& column : schema.columns) {
        const bool isTime = column.type == ColumnType::Timestamp;
        words.insert(displayPath(column.path) + ":" +
                     std::string(shortName(isTime ? ColumnType::Text : column.type)));
    }
    std::string text;
    for (const std::string& word : words)
        text += word + " ";
    return text;
}

std::string TableModel::brokenBound() const
{
    std::set<std::string> names;
    std::set<std::pair<Path, ColumnType>> types;
    std::map<Path, std::set<std::string>> children;
    if (schema.attributesUsed > m_limits.columnsPerTableMax)
        return "too many columns";
    for (const Column& column : schema.columns) {
        if (!names.insert(column.name).second || column.name.size() > nameBytesMax ||
            isReservedColumn(column.name))
            return "bad name " + column.name;
        if (!types.insert({column.path, column.type}).second)
            return "two columns of one type: " + column.name;
        if (column.widenings > m_limits.wideningsPerColumnMax)
            return "widened too often: " + column.name;
        for (int i = 0; i < kindCount; ++i) {
            if (column.kinds.has(static_cast<Kind>(i)) && !holds(column.type, static_cast<Kind>(i)))
                return "does not hold its kinds: " + column.name;
        }
        for (std::size_t i = 1; i < column.path.size(); ++i) {
            const auto end = column.path.begin() + static_cast<std::ptrdiff_t>(i);
            children[Path(column.path.begin(), end)].insert(column.path[i]);
        }
        if (std::ranges::any_of(column.path, isIdLikeKey))
            return "a key that is an id: " + column.name;
    }
    for (const auto& [parent, keys] : children) {
        if (std::ssize(keys) > m_limits.childrenPerParentMax)
            return "too many children: " + displayPath(parent);
    }
    return {};
}

std::string TableModel::complaint(std::span<const ModelRecord> landed) const
{
    if (std::string broken = brokenBound(); !broken.empty())
        return broken;
    for (const ModelRecord& record : landed) {
        const auto row = m_rows.find(record.offset);
        for (const ModelValue& value : record.values) {
            const auto isThis = [&](const Cell& cell) { return cell.value.text == value.text; };
            const bool found = row != m_rows.end();
            const auto cell = found ? std::ranges::find_if(row->second, isThis)
                                    : std::vector<Cell>::const_iterator();
            if (!found || cell == row->second.end())
                return "lost " + value.text;
            if (cell->column.empty())
                continue;
            const auto column = std::ranges::find(schema.columns, cell->column, &Column::name);
            if (column == schema.columns.end() || column->path != value.path ||
                !holds(column->type, value.kind) || !column->kinds.has(value.kind))
                return "altered " + value.text + " in " + cell->column;
        }
    }
    return {};
}

} // namespace millrace::tests
