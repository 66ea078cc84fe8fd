// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/table_schema.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace::record {

/// Index of a path in its PathDictionary; dense from 0, below 2^28. 0 is the root (whole message).
using PathId = std::uint32_t;

/// Every path one topic has shown to one decoder, each once. Grows, is never renumbered; when it
/// is full (pathsMax) new keys stay loose. One thread.
class PathDictionary
{
public:
    static constexpr PathId root = 0;
    static constexpr PathId none = 0xffff'ffffU;
    static constexpr std::size_t pathsMax = 20'000;

    PathDictionary();

    /// Id of parent's child `key`; `none` when it is not interned and may not be.
    PathId child(PathId parent, std::string_view key);
    /// The child that followed `previous` in the last record when it bears this key, else child().
    PathId childAfter(PathId parent, PathId previous, std::string_view key);

    [[nodiscard]] std::size_t size() const { return m_nodes.size(); }
    [[nodiscard]] PathId parent(PathId id) const { return m_nodes[id].parent; }
    [[nodiscard]] std::string_view key(PathId id) const { return *m_nodes[id].key; }
    [[nodiscard]] schema::Path path(PathId id) const;

private:
    struct Node
    {
        PathId parent = none;
        PathId next = none; ///< the sibling that came after this one last time
        std::unique_ptr<std::string> key;
    };
    std::vector<Node> m_nodes;
    std::unordered_map<std::string, PathId> m_children; ///< parent id bytes + key
};

} // namespace millrace::record
