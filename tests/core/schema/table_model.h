// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/diff.h"

#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace millrace::tests {

struct ModelValue
{
    schema::Path path;
    schema::Kind kind = schema::Kind::String;
    std::string text; ///< tells it from every other value
};
struct ModelRecord
{
    std::int64_t offset = 0;
    std::vector<ModelValue> values; ///< paths differ
};
using ModelStream = std::vector<ModelRecord>;

/// Few paths, all kinds, keys that are ids, names that collide.
ModelStream randomStream(std::mt19937_64& random, std::size_t records);

/// A table in memory that evolves by diff() and apply() and keeps what went where.
class TableModel
{
public:
    explicit TableModel(const Limits& limits)
        : m_limits(limits)
    {
    }

    /// Lands the records as one batch, as planner and committer do.
    void land(std::span<const ModelRecord> batch);

    /// "name path type" of each column in order, then each cell and each value in _more.
    [[nodiscard]] std::string columns() const;
    [[nodiscard]] std::string cells() const;
    /// The set of {path, type}, timestamptz counted as text; sorted.
    [[nodiscard]] std::string shape() const;
    /// The first broken bound or lost value; empty: all is well.
    [[nodiscard]] std::string complaint(std::span<const ModelRecord> landed) const;

    schema::TableSchema schema;

private:
    struct Cell
    {
        std::string column; ///< empty: _more
        ModelValue value;
    };
    [[nodiscard]] std::string brokenBound() const;

    Limits m_limits;
    std::map<std::int64_t, std::vector<Cell>> m_rows;
};

} // namespace millrace::tests
