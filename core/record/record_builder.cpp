// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/record_builder.h"

#include "core/base/hash.h"

#include <algorithm>
#include <random>

namespace millrace::record {

namespace {

constexpr PathId erasedPath = 0x0fff'ffffU;

std::uint32_t sizeOf(const auto& values)
{
    return static_cast<std::uint32_t>(values.size());
}

} // namespace

std::uint64_t RecordBuilder::randomSeed()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

std::size_t RecordBuilder::LooseHash::operator()(const LooseKey& key) const noexcept
{
    return hash64(key.key, seed + key.object);
}

void RecordBuilder::beginRecord()
{
    m_cellBegin = sizeOf(m_out->cells);
    m_looseBegin = sizeOf(m_out->loose);
    m_duplicates = 0;
    if (!m_looseMembers.empty()) {
        m_looseMembers.clear();
        m_looseKeys.clear();
    }
}

void RecordBuilder::endRecord()
{
    if (m_duplicates == 0)
        return;
    m_out->duplicateKeys += m_duplicates;
    auto& cells = m_out->cells;
    cells.erase(std::remove_if(cells.begin() + m_cellBegin, cells.end(),
                               [](const Cell& cell) { return cell.path() == erasedPath; }),
                cells.end());
    auto& loose = m_out->loose;
    loose.erase(std::remove_if(loose.begin() + m_looseBegin, loose.end(),
                               [](const LooseValue& value) { return value.json.empty(); }),
                loose.end());
}

void RecordBuilder::dropRecord()
{
    m_out->cells.resize(m_cellBegin);
    m_out->loose.resize(m_looseBegin);
}

void RecordBuilder::erase(const Range& range)
{
    ++m_duplicates;
    for (std::uint32_t i = range.cellBegin; i < range.cellEnd; ++i)
        m_out->cells[i].pathAndKind = erasedPath;
    for (std::uint32_t i = range.looseBegin; i < range.looseEnd; ++i)
        m_out->loose[i].json.clear();
}

void RecordBuilder::beginLooseMember(std::string_view key, std::uint64_t object)
{
    auto found = m_looseMembers.find({object, key});
    if (found == m_looseMembers.end()) {
        const std::string_view stable = m_looseKeys.emplace_back(key);
        found = m_looseMembers.try_emplace({object, stable}).first;
    }
    begin(found->second, object);
}

void RecordBuilder::endLooseMember(std::string_view key, std::uint64_t object)
{
    const auto found = m_looseMembers.find({object, key});
    if (found != m_looseMembers.end())
        end(found->second);
}

} // namespace millrace::record
