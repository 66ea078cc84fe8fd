// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/planner.h"

#include "core/base/text.h"
#include "core/record/message.h"

#include <algorithm>
#include <unordered_map>

namespace millrace::landing {

namespace {

constexpr std::size_t sampleBytesMax = 200;
constexpr std::size_t toldParentsMax = 10'000; // beyond it they are told again

std::string sampleOf(const record::Cell& cell)
{
    switch (cell.kind()) {
    case schema::Kind::Bool:
        return cell.integer != 0 ? "true" : "false";
    case schema::Kind::Int53:
    case schema::Kind::Int64:
        return std::to_string(cell.integer);
    default:
        return std::string(cutUtf8(cell.view(), sampleBytesMax));
    }
}

/// Injective over the first `length` keys.
std::string prefixIdentity(const schema::Path& path, std::size_t length)
{
    std::string identity;
    for (std::size_t i = 0; i < length; ++i)
        identity.append(std::to_string(path[i].size())).append(":").append(path[i]);
    return identity;
}

std::string parentIdentity(const schema::Path& path)
{
    return prefixIdentity(path, path.empty() ? 0 : path.size() - 1);
}

/// Keys before the first that is an id; all of them when none is.
std::size_t idLikeAt(const schema::Path& path)
{
    return static_cast<std::size_t>(std::ranges::find_if(path, schema::isIdLikeKey) - path.begin());
}

} // namespace

struct Planner::Survey
{
    struct Sighted
    {
        record::PathId path;
        schema::Kind kind;
        std::size_t sighting;
    };
    std::vector<schema::Sighting> sightings;
    std::vector<Sighted> sighted;              ///< pending placements
    std::unordered_set<std::string> idParents; ///< of id-like keys among the sightings
    bool anyRow = false;
    bool anyRefused = false;
};

Planner::Planner(const Limits& limits)
    : m_limits(limits)
{
}

void Planner::use(const schema::TableSchema& schema)
{
    m_schema = schema;
    m_placements.assign(m_placements.size(), static_cast<std::int16_t>(unknown));
    m_used.assign(schema.columns.size(), 0);
    if (m_told.size() >= toldParentsMax)
        m_told.clear();
    m_told.merge(m_offered);
    m_offered.clear();
}

int Planner::placement(const record::LooseValue& value) const
{
    if (idLikeAt(value.path) == value.path.size()) {
        const int column = schema::placementOf(m_schema, value.path, value.kind);
        if (column >= 0)
            return column;
    }
    return m_schema.contract == schema::Contract::Strict ? refused : toMore;
}

TopicPlan Planner::plan(std::span<const record::Message> messages, const record::Decoded& decoded,
                        const record::PathDictionary& paths)
{
    m_placements.resize(paths.size() * schema::kindCount, static_cast<std::int16_t>(unknown));
    TopicPlan plan;
    Survey found = survey(messages, decoded, paths);
    if (!found.sightings.empty() || (found.anyRow && m_schema.table.empty())) {
        plan.changes = untold(schema::diff(m_schema, found.sightings, m_limits));
        if (!plan.changes.empty()) {
            for (const Survey::Sighted& one : found.sighted)
                m_placements[indexOf(one.path, static_cast<unsigned>(one.kind))] = unknown;
            plan.sightings = std::move(found.sightings);
            return plan;
        }
        resolve(found);
        found = survey(messages, decoded, paths);
    }
    if (found.anyRefused)
        plan.letters = strictLetters(decoded, paths);
    for (std::size_t column = 0; column < m_used.size(); ++column) {
        if (m_used[column] != 0)
            plan.columns.push_back(static_cast<int>(column));
    }
    return plan;
}

Planner::Survey Planner::survey(std::span<const record::Message> messages,
                                const record::Decoded& decoded, const record::PathDictionary& paths)
{
    Survey found;
    std::fill(m_used.begin(), m_used.end(), 0);
    std::unordered_map<record::PathId, std::size_t> sightingOf;
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        const record::Record& record = decoded.records[i];
        if (record.outcome != record::Outcome::Row)
            continue;
        found.anyRow = true;
        for (std::uint32_t c = record.cellBegin; c != record.cellEnd; ++c) {
            const record::Cell& cell = decoded.cells[c];
            std::int16_t& place =
                m_placements[indexOf(cell.path(), static_cast<unsigned>(cell.kind()))];
            if (place >= 0) [[likely]] {
                m_used[static_cast<std::size_t>(place)] = 1;
                continue;
            }
            found.anyRefused = found.anyRefused || place == refused;
            if (place != unknown)
                continue;
            place = pending;
            const auto [at, isNew] = sightingOf.try_emplace(cell.path(), found.sightings.size());
            if (isNew)
                found.sightings.push_back({paths.path(cell.path()), {}});
            found.sighted.push_back({cell.path(), cell.kind(), at->second});
            found.sightings[at->second].kinds.push_back(
                {cell.kind(), {messages[i].partition, messages[i].offset, sampleOf(cell)}});
        }
        for (std::uint32_t l = record.looseBegin; l != record.looseEnd; ++l)
            surveyLoose(messages[i], decoded.loose[l], found);
    }
    return found;
}

void Planner::surveyLoose(const record::Message& message, const record::LooseValue& value,
                          Survey& found)
{
    const int place = placement(value);
    if (place >= 0) {
        m_used[static_cast<std::size_t>(place)] = 1;
        return;
    }
    found.anyRefused = found.anyRefused || place == refused;
    const std::size_t idAt = idLikeAt(value.path);
    if (m_schema.contract != schema::Contract::Evolve || idAt == value.path.size())
        return;
    std::string parent = prefixIdentity(value.path, idAt);
    if (m_told.contains(parent) || !found.idParents.insert(std::move(parent)).second)
        return;
    schema::Cause cause{message.partition, message.offset,
                        std::string(cutUtf8(value.json, sampleBytesMax))};
    found.sightings.push_back({value.path, {{value.kind, std::move(cause)}}});
}

/// Overflows that this planner has not told before, and everything else.
schema::Changes Planner::untold(schema::Changes changes)
{
    std::erase_if(changes, [this](const schema::Change& change) {
        const auto* overflow = std::get_if<schema::Overflow>(&change);
        return overflow != nullptr && m_told.contains(parentIdentity(overflow->path));
    });
    m_offered.clear();
    for (const schema::Change& change : changes) {
        if (const auto* overflow = std::get_if<schema::Overflow>(&change))
            m_offered.insert(parentIdentity(overflow->path));
    }
    return changes;
}

void Planner::resolve(const Survey& found)
{
    for (const Survey::Sighted& one : found.sighted) {
        int column = schema::placementOf(m_schema, found.sightings[one.sighting].path, one.kind);
        if (column < 0)
            column = m_schema.contract == schema::Contract::Strict ? refused : toMore;
        m_placements[indexOf(one.path, static_cast<unsigned>(one.kind))] =
            static_cast<std::int16_t>(column);
    }
}

std::vector<PlannedLetter> Planner::strictLetters(const record::Decoded& decoded,
                                                  const record::PathDictionary& paths) const
{
    std::vector<PlannedLetter> letters;
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        const record::Record& record = decoded.records[i];
        if (record.outcome != record::Outcome::Row)
            continue;
        const std::span cells(decoded.cells.begin() + record.cellBegin,
                              decoded.cells.begin() + record.cellEnd);
        const auto cell = std::ranges::find_if(cells, [this](const record::Cell& one) {
            return placement(one.path(), one.kind()) == refused;
        });
        const std::span loose(decoded.loose.begin() + record.looseBegin,
                              decoded.loose.begin() + record.looseEnd);
        const auto value = std::ranges::find_if(
            loose, [this](const record::LooseValue& one) { return placement(one) == refused; });
        if (cell != cells.end())
            letters.push_back(strictLetter(static_cast<std::uint32_t>(i), paths.path(cell->path()),
                                           cell->kind()));
        else if (value != loose.end())
            letters.push_back(
                strictLetter(static_cast<std::uint32_t>(i), value->path, value->kind));
    }
    return letters;
}

PlannedLetter Planner::strictLetter(std::uint32_t message, const schema::Path& path,
                                    schema::Kind kind) const
{
    PlannedLetter letter{message, "contract", {}, {}};
    const std::string shown =
        path.empty() ? "the whole message" : "the key " + printable(schema::displayPath(path));
    const auto column = std::ranges::find(m_schema.columns, path, &schema::Column::path);
    if (column == m_schema.columns.end()) {
        letter.reason = shown + " has no column, and the contract is strict";
        return letter;
    }
    letter.column = column->name;
    letter.reason = shown + " holds a value of kind " + std::string(schema::kindName(kind)) +
                    " that does not fit its column " + column->name + " (" +
                    std::string(schema::sqlName(column->type)) + "), and the contract is strict";
    return letter;
}

} // namespace millrace::landing
