// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/column_index.h"

#include "core/base/hash.h"

#include <algorithm>

namespace millrace::schema {

std::size_t ColumnIndex::Hash::operator()(const Prefix& prefix) const noexcept
{
    std::uint64_t hash = prefix.length;
    for (std::size_t i = 0; i < prefix.length; ++i)
        hash = (hash ^ hash64((*prefix.path)[i])) * 0x9e37'79b9'7f4a'7c15U;
    return hash;
}

bool ColumnIndex::Equal::operator()(const Prefix& a, const Prefix& b) const noexcept
{
    if (a.length != b.length)
        return false;
    const auto length = static_cast<Path::difference_type>(a.length);
    return std::equal(a.path->begin(), a.path->begin() + length, b.path->begin());
}

std::span<const int> ColumnIndex::columnsOf(const Path& path) const
{
    const auto found = m_nodes.find(Prefix{&path, path.size()});
    if (found == m_nodes.end())
        return {};
    return found->second.columns;
}

std::size_t ColumnIndex::childBeyond(const Path& path, int childrenMax) const
{
    std::size_t known = path.size();
    while (known > 0 && !m_nodes.contains(Prefix{&path, known}))
        --known;
    if (known == 0 || known == path.size())
        return 0;
    const Node& parent = m_nodes.find(Prefix{&path, known})->second;
    return parent.children < childrenMax ? 0 : known + 1;
}

void ColumnIndex::add(const Path& path, int column)
{
    Node& leaf = m_nodes[Prefix{&path, path.size()}];
    const bool isNew = leaf.columns.empty() && leaf.children == 0;
    leaf.columns.push_back(column);
    if (!isNew)
        return;
    for (std::size_t length = path.size(); length-- > 0;) {
        const auto [parent, inserted] = m_nodes.try_emplace(Prefix{&path, length});
        const bool wasKnown = !inserted;
        ++parent->second.children;
        if (wasKnown)
            break;
    }
}

} // namespace millrace::schema
