// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/path_dictionary.h"

#include "core/base/hash.h"
#include "core/schema/diff.h"

#include <algorithm>
#include <random>

namespace millrace::record {

namespace {

constexpr std::size_t firstSlots = 128;
constexpr std::size_t noSlot = ~std::size_t{0};

std::uint64_t randomSeed()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

} // namespace

PathDictionary::PathDictionary()
    : m_seed(randomSeed())
    , m_slots(firstSlots, none)
{
    m_nodes.emplace_back();
}

std::uint64_t PathDictionary::hashOf(PathId parent, std::string_view key) const
{
    return hash64(key, m_seed + parent);
}

/// The slot that holds the child, or the free one it would take; noSlot after too many probes.
std::size_t PathDictionary::slotOf(PathId parent, std::string_view key) const
{
    const std::uint64_t hash = hashOf(parent, key);
    for (std::uint32_t probe = 0; probe < probesMax; ++probe) {
        const std::size_t slot = (hash + probe) & (m_slots.size() - 1);
        const PathId id = m_slots[slot];
        if (id == none || bears(id, parent, key))
            return slot;
    }
    return noSlot;
}

PathId PathDictionary::child(PathId parent, std::string_view key)
{
    if (key.size() > keyBytesMax || schema::isIdLikeKey(key))
        return none;
    const std::size_t slot = slotOf(parent, key);
    if (slot == noSlot)
        return none;
    return m_slots[slot] != none ? m_slots[slot] : intern(parent, key, slot);
}

PathId PathDictionary::intern(PathId parent, std::string_view key, std::size_t slot)
{
    const std::uint32_t siblingsMax = parent == root ? rootChildrenMax : childrenMax;
    if (m_nodes.size() >= pathsMax || m_nodes[parent].children >= siblingsMax)
        return none;
    ++m_nodes[parent].children;
    const auto id = static_cast<PathId>(m_nodes.size());
    Node& node = m_nodes.emplace_back();
    node.key = m_keys.emplace_back(key);
    node.parent = parent;
    m_slots[slot] = id;
    if (m_nodes.size() * 3 > m_slots.size())
        grow();
    return id;
}

/// A path that finds no slot within the probes, which a seeded hash makes all but impossible, is
/// loose from then on.
void PathDictionary::grow()
{
    m_slots.assign(m_slots.size() * 2, none);
    for (PathId id = 1; id < m_nodes.size(); ++id) {
        const std::size_t slot = slotOf(m_nodes[id].parent, m_nodes[id].key);
        if (slot != noSlot)
            m_slots[slot] = id;
    }
}

PathId PathDictionary::childOutOfOrder(PathId parent, PathId previous, PathId likely,
                                       std::string_view key)
{
    if (likely != none && bears(m_nodes[likely].next, parent, key))
        return m_nodes[likely].next;
    const PathId id = child(parent, key);
    if (id != none)
        (previous == none ? m_nodes[parent].first : m_nodes[previous].next) = id;
    return id;
}

schema::Path PathDictionary::path(PathId id) const
{
    schema::Path path;
    for (; id != root; id = m_nodes[id].parent)
        path.emplace_back(m_nodes[id].key);
    std::ranges::reverse(path);
    return path;
}

} // namespace millrace::record
