// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/table_schema.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace millrace::schema {

/// Which columns a path has and how many children a parent path has, each in constant time.
/// Holds pointers: every Path given must outlive the index and stay where it is. One thread.
class ColumnIndex
{
public:
    /// Positions (as the caller counts them) of the columns of `path`, oldest first.
    [[nodiscard]] std::span<const int> columnsOf(const Path& path) const;

    /// The length of the shortest prefix of `path` that would be one child too many of its parent;
    /// 0: all of them fit. The root's children are bounded by the table alone, not by
    /// `childrenMax`.
    [[nodiscard]] std::size_t childBeyond(const Path& path, int childrenMax) const;

    void add(const Path& path, int column);

private:
    struct Prefix
    {
        const Path* path = nullptr;
        std::size_t length = 0;
    };
    struct Hash
    {
        std::size_t operator()(const Prefix& prefix) const noexcept;
    };
    struct Equal
    {
        bool operator()(const Prefix& a, const Prefix& b) const noexcept;
    };
    struct Node
    {
        std::vector<int> columns;
        int children = 0;
    };
    std::unordered_map<Prefix, Node, Hash, Equal> m_nodes;
};

} // namespace millrace::schema
