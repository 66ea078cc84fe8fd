// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/column_index.h"
#include "core/schema/diff.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace millrace::schema {

/// Attributes of a table that has no data column yet.
inline constexpr int fixedColumns = 8;

/// One kind of one path; folded in this order, so that the edges of batches mean nothing.
struct SchemaEvent
{
    const Path* path;
    const Sighting::First* first;

    bool operator<(const SchemaEvent& other) const;
};

/// Folds events into the changes they need. At most one change a column: what follows a change of
/// the same column amends it, so a column that does not exist yet is born with its final type.
/// Schema, limits and the paths of events must outlive it. One thread.
class SchemaFold
{
public:
    SchemaFold(const TableSchema& have, const Limits& limits);

    void createTable(const Cause& cause);
    void take(const SchemaEvent& event);
    [[nodiscard]] Changes changes() && { return std::move(m_changes); }

private:
    struct State
    {
        const std::string* name; ///< null: added by this fold
        ColumnType type;
        KindSet kinds;
        int widenings;
        bool rewritable;
        int change; ///< index into m_changes, or noChange
    };
    static constexpr int noChange = -1;

    State& state(int column) { return m_columns[static_cast<std::size_t>(column)]; }
    void grow(State& column, Kind kind);
    KindSet shownKinds(std::span<const int> columns, Kind kind);
    ColumnType demandedType(std::span<const int> columns, Kind kind);
    bool widened(std::span<const int> columns, const SchemaEvent& event);
    void recordWidening(State& column, ColumnType from, const Cause& cause);
    void addColumn(std::span<const int> columns, const SchemaEvent& event);
    bool overflows(std::span<const int> columns, const SchemaEvent& event);
    void overflow(const SchemaEvent& event, std::size_t length, std::string reason);
    std::string newName(const Path& path, std::optional<ColumnType> variant);

    const TableSchema& m_have;
    const Limits& m_limits;
    ColumnIndex m_index;
    std::vector<State> m_columns;
    std::unordered_set<std::string> m_names;     ///< filled when the first column is added
    std::unordered_set<std::string> m_overflown; ///< parent paths already told
    int m_attributesUsed = 0;
    Changes m_changes;
};

} // namespace millrace::schema
