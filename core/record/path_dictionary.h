// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/table_schema.h"

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::record {

/// Index of a path in its PathDictionary; dense from 0, below 2^28. 0 is the root (whole message).
using PathId = std::uint32_t;

/// Every path one topic has shown to one decoder, each once. Grows, is never renumbered. Keys that
/// are ids or too long, and new keys once the dictionary or their parent is full, are not interned.
/// The hash is seeded and a look-up is bounded by probesMax whatever the keys. One thread.
class PathDictionary
{
public:
    static constexpr PathId root = 0;
    static constexpr PathId none = 0xffff'ffffU;
    static constexpr std::size_t pathsMax = 20'000;
    static constexpr std::uint32_t rootChildrenMax = 10'000;
    static constexpr std::uint32_t childrenMax = 1'000; ///< of any other path
    static constexpr std::size_t keyBytesMax = 1'024;
    static constexpr std::uint32_t probesMax = 64;

    PathDictionary();

    /// Id of parent's child `key`; `none` when it is not interned and may not be.
    PathId child(PathId parent, std::string_view key);
    /// The child that followed `previous` (`none`: the first) in an earlier record when it bears
    /// this key, else child(). Keys that are sometimes absent keep the prediction.
    PathId childAfter(PathId parent, PathId previous, std::string_view key)
    {
        const PathId likely = previous == none ? m_nodes[parent].first : m_nodes[previous].next;
        if (bears(likely, parent, key)) [[likely]]
            return likely;
        return childOutOfOrder(parent, previous, likely, key);
    }

    [[nodiscard]] std::size_t size() const { return m_nodes.size(); }
    [[nodiscard]] PathId parent(PathId id) const { return m_nodes[id].parent; }
    [[nodiscard]] std::string_view key(PathId id) const { return m_nodes[id].key; }
    [[nodiscard]] schema::Path path(PathId id) const;

private:
    struct Node
    {
        std::string_view key; ///< in m_keys
        PathId parent = none;
        PathId next = none;  ///< the sibling that came after this one
        PathId first = none; ///< the child that came first
        std::uint32_t children = 0;
    };

    template<class Word>
    static bool isSameWord(const char* a, const char* b)
    {
        Word left{};
        Word right{};
        std::memcpy(&left, a, sizeof(Word));
        std::memcpy(&right, b, sizeof(Word));
        return left == right;
    }
    /// memcmp() == 0 by overlapping words, without the call, for the short keys that most are.
    static bool isSame(const char* a, const char* b, std::size_t size)
    {
        using Long = std::uint64_t;
        using Short = std::uint32_t;
        if (size >= sizeof(Long) && size <= 4 * sizeof(Long)) {
            for (std::size_t at = 0; at + sizeof(Long) < size; at += sizeof(Long)) {
                if (!isSameWord<Long>(a + at, b + at))
                    return false;
            }
            const std::size_t last = size - sizeof(Long);
            return isSameWord<Long>(a + last, b + last);
        }
        if (size >= sizeof(Short) && size < sizeof(Long)) {
            const std::size_t last = size - sizeof(Short);
            return isSameWord<Short>(a, b) && isSameWord<Short>(a + last, b + last);
        }
        return std::memcmp(a, b, size) == 0;
    }
    PathId childOutOfOrder(PathId parent, PathId previous, PathId likely, std::string_view key);
    [[nodiscard]] bool bears(PathId id, PathId parent, std::string_view key) const
    {
        if (id == none)
            return false;
        const Node& node = m_nodes[id];
        return node.parent == parent && node.key.size() == key.size() &&
               isSame(node.key.data(), key.data(), key.size());
    }
    [[nodiscard]] std::uint64_t hashOf(PathId parent, std::string_view key) const;
    [[nodiscard]] std::size_t slotOf(PathId parent, std::string_view key) const;
    PathId intern(PathId parent, std::string_view key, std::size_t slot);
    void grow();

    std::uint64_t m_seed;
    std::vector<Node> m_nodes;
    std::deque<std::string> m_keys;
    std::vector<PathId> m_slots; ///< open addressing; a power of two, at most 1/3 full
};

} // namespace millrace::record
