// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/schema_fold.h"

#include "core/schema/names.h"

#include <algorithm>

namespace millrace::schema {

namespace {

/// Length of the prefix that ends in the path's first id-like key; 0: none.
std::size_t idLikePrefix(const Path& path)
{
    const auto found = std::ranges::find_if(path, isIdLikeKey);
    return found == path.end() ? 0 : static_cast<std::size_t>(found - path.begin()) + 1;
}

/// The type of a path's first column for a value of this kind.
ColumnType typeOf(Kind kind)
{
    switch (kind) {
    case Kind::Bool:
        return ColumnType::Bool;
    case Kind::Timestamp:
        return ColumnType::Timestamp;
    case Kind::String:
        return ColumnType::Text;
    case Kind::Json:
        return ColumnType::Json;
    default:
        break;
    }
    KindSet kinds;
    kinds.add(kind);
    return numberType(kinds);
}

} // namespace

bool SchemaEvent::operator<(const SchemaEvent& other) const
{
    const Cause& a = first->cause;
    const Cause& b = other.first->cause;
    if (a.partition != b.partition)
        return a.partition < b.partition;
    return a.offset != b.offset ? a.offset < b.offset : *path < *other.path;
}

SchemaFold::SchemaFold(const TableSchema& have, const Limits& limits)
    : m_have(have)
    , m_limits(limits)
    , m_attributesUsed(have.table.empty() ? fixedColumns : have.attributesUsed)
{
    m_columns.reserve(have.columns.size());
    for (const Column& column : have.columns) {
        m_index.add(column.path, static_cast<int>(m_columns.size()));
        m_columns.push_back({&column.name, column.type, column.kinds, column.widenings,
                             have.rewritable && !column.pinned, noChange});
    }
}

void SchemaFold::createTable(const Cause& cause)
{
    m_changes.push_back(CreateTable{{}, cause});
}

void SchemaFold::take(const SchemaEvent& event)
{
    const Kind kind = event.first->kind;
    const std::span<const int> columns = m_index.columnsOf(*event.path);
    for (const int column : columns) {
        if (holds(state(column).type, kind)) {
            if (!state(column).kinds.has(kind))
                grow(state(column), kind);
            return;
        }
    }
    if (m_have.contract != Contract::Evolve || widened(columns, event))
        return;
    if (!overflows(columns, event))
        addColumn(columns, event);
}

void SchemaFold::grow(State& column, Kind kind)
{
    column.kinds.add(kind);
    if (column.change == noChange) {
        column.change = static_cast<int>(m_changes.size());
        m_changes.push_back(GrowKinds{*column.name, column.kinds});
        return;
    }
    Change& change = m_changes[static_cast<std::size_t>(column.change)];
    if (auto* added = std::get_if<AddColumn>(&change))
        added->column.kinds = column.kinds;
    else if (auto* wider = std::get_if<WidenColumn>(&change))
        wider->kinds = column.kinds;
    else if (auto* grown = std::get_if<GrowKinds>(&change))
        grown->kinds = column.kinds;
}

/// The kinds that the path of these columns has shown once this one is among them.
KindSet SchemaFold::shownKinds(std::span<const int> columns, Kind kind)
{
    KindSet kinds;
    kinds.add(kind);
    for (const int column : columns)
        kinds.bits = static_cast<std::uint8_t>(kinds.bits | state(column).kinds.bits);
    return kinds;
}

/// The type that the path's numbers demand once this kind is among them.
ColumnType SchemaFold::demandedType(std::span<const int> columns, Kind kind)
{
    return isNumber(kind) ? numberType(shownKinds(columns, kind)) : typeOf(kind);
}

bool SchemaFold::widened(std::span<const int> columns, const SchemaEvent& event)
{
    const Kind kind = event.first->kind;
    const auto number =
        std::ranges::find_if(columns, [this](int column) { return isNumber(state(column).type); });
    if (!isNumber(kind) || number == columns.end())
        return false;
    State& column = state(*number);
    if (!column.rewritable || column.widenings >= m_limits.wideningsPerColumnMax)
        return false;
    const ColumnType from = column.type;
    column.type = demandedType(columns, kind);
    ++column.widenings;
    // also what went to the path's later columns so far: from now on this one is the first to hold
    // it
    column.kinds = heldOf(shownKinds(columns, kind), column.type);
    recordWidening(column, from, event.first->cause);
    return true;
}

void SchemaFold::recordWidening(State& column, ColumnType from, const Cause& cause)
{
    if (column.change == noChange) {
        column.change = static_cast<int>(m_changes.size());
        m_changes.push_back(WidenColumn{*column.name, from, column.type, column.kinds, cause});
        return;
    }
    Change& change = m_changes[static_cast<std::size_t>(column.change)];
    if (auto* added = std::get_if<AddColumn>(&change)) {
        added->column.type = column.type;
        added->column.kinds = column.kinds;
    } else if (auto* wider = std::get_if<WidenColumn>(&change)) {
        wider->to = column.type;
        wider->kinds = column.kinds;
    } else {
        change = WidenColumn{*column.name, from, column.type, column.kinds, cause};
    }
}

bool SchemaFold::overflows(std::span<const int> columns, const SchemaEvent& event)
{
    const Path& path = *event.path;
    if (const auto length = idLikePrefix(path); length != 0) {
        overflow(event, length, "a key that is an id gets no column");
    } else if (const auto beyond = m_index.childBeyond(path, m_limits.childrenPerParentMax)) {
        overflow(event, beyond,
                 "its parent has " + std::to_string(m_limits.childrenPerParentMax) +
                     " children already");
    } else if (std::ssize(columns) >= m_limits.columnsPerPathMax) {
        overflow(event, path.size(),
                 "it has " + std::to_string(m_limits.columnsPerPathMax) + " columns already");
    } else if (m_attributesUsed >= m_limits.columnsPerTableMax) {
        overflow(event, path.size(),
                 "the table has used " + std::to_string(m_attributesUsed) +
                     " columns, dropped ones included");
    } else {
        return false;
    }
    return true;
}

void SchemaFold::addColumn(std::span<const int> columns, const SchemaEvent& event)
{
    Column column;
    column.path = *event.path;
    column.type = demandedType(columns, event.first->kind);
    column.kinds.add(event.first->kind);
    const bool variant = !columns.empty();
    column.name = newName(column.path, variant ? std::optional(column.type) : std::nullopt);
    ++m_attributesUsed;
    m_index.add(*event.path, static_cast<int>(m_columns.size()));
    m_columns.push_back(
        {nullptr, column.type, column.kinds, 0, true, static_cast<int>(m_changes.size())});
    m_changes.push_back(AddColumn{std::move(column), variant, event.first->cause});
}

std::string SchemaFold::newName(const Path& path, std::optional<ColumnType> variant)
{
    if (m_names.empty()) {
        for (const Column& column : m_have.columns)
            m_names.insert(column.name);
    }
    std::string name = columnName(path, variant, m_have.naming, [this](std::string_view text) {
        return m_names.contains(std::string(text));
    });
    m_names.insert(name);
    return name;
}

/// `length`: of the prefix of the path that may not be a column's.
void SchemaFold::overflow(const SchemaEvent& event, std::size_t length, std::string reason)
{
    const auto begin = event.path->begin();
    const auto end = begin + static_cast<Path::difference_type>(length);
    std::string parent;
    for (auto key = begin; key != end && key + 1 != end; ++key)
        parent.append(std::to_string(key->size())).append(":").append(*key);
    if (m_overflown.insert(std::move(parent)).second)
        m_changes.push_back(Overflow{Path(begin, end), std::move(reason), event.first->cause});
}

} // namespace millrace::schema
