// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/diff.h"

#include "core/schema/schema_fold.h"

#include <algorithm>
#include <unordered_map>

namespace millrace::schema {

namespace {

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isUuid(std::string_view key)
{
    if (key.size() != 36)
        return false;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? key[i] != '-' : !isHexDigit(key[i]))
            return false;
    }
    return true;
}

std::vector<SchemaEvent> eventsOf(std::span<const Sighting> seen)
{
    std::vector<SchemaEvent> events;
    events.reserve(seen.size());
    for (const Sighting& sighting : seen) {
        for (const Sighting::First& first : sighting.kinds)
            events.push_back({&sighting.path, &first});
    }
    std::stable_sort(events.begin(), events.end());
    return events;
}

} // namespace

bool isIdLikeKey(std::string_view key) noexcept
{
    if (key.empty())
        return false;
    if (std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; }))
        return true;
    return (key.size() >= 16 && std::ranges::all_of(key, isHexDigit)) || isUuid(key);
}

Changes diff(const TableSchema& have, std::span<const Sighting> seen, const Limits& limits)
{
    if (seen.empty() && !have.table.empty())
        return {};
    const std::vector<SchemaEvent> events = eventsOf(seen);
    SchemaFold fold(have, limits);
    if (have.table.empty())
        fold.createTable(events.empty() ? Cause{} : events.front().first->cause);
    for (const SchemaEvent& event : events)
        fold.take(event);
    return std::move(fold).changes();
}

TableSchema apply(TableSchema schema, std::span<const Change> changes)
{
    std::unordered_map<std::string, std::size_t> byName;
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        byName.emplace(schema.columns[i].name, i);
    for (const Change& change : changes) {
        if (const auto* created = std::get_if<CreateTable>(&change)) {
            schema.table = created->table;
            schema.attributesUsed = fixedColumns;
        } else if (const auto* added = std::get_if<AddColumn>(&change)) {
            byName.emplace(added->column.name, schema.columns.size());
            schema.columns.push_back(added->column);
            ++schema.attributesUsed;
        } else if (const auto* wider = std::get_if<WidenColumn>(&change)) {
            const auto found = byName.find(wider->column);
            if (found == byName.end())
                continue;
            Column& column = schema.columns[found->second];
            column.type = wider->to;
            column.kinds = wider->kinds;
            ++column.widenings;
        } else if (const auto* grown = std::get_if<GrowKinds>(&change)) {
            const auto found = byName.find(grown->column);
            if (found != byName.end())
                schema.columns[found->second].kinds = grown->kinds;
        }
    }
    return schema;
}

int placementOf(const TableSchema& schema, const Path& path, Kind kind) noexcept
{
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        const Column& column = schema.columns[i];
        if (holds(column.type, kind) && column.path == path)
            return static_cast<int>(i);
    }
    return -1;
}

} // namespace millrace::schema
