// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/record_builder.h"

#include "core/base/hash.h"

#include <algorithm>
#include <random>

namespace millrace::record {

namespace {

constexpr PathId erasedPath = 0x0fff'ffffU;

bool isErased(const Cell& cell)
{
    return cell.path() == erasedPath;
}

bool isErased(const LooseValue& value)
{
    return value.json.empty();
}

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
    m_flaws.clear();
    if (!m_looseMembers.empty()) {
        m_looseMembers.clear();
        m_looseKeys.clear();
    }
}

void RecordBuilder::addFlaw(const Fault& fault, bool isLoose)
{
    const std::uint32_t size = isLoose ? sizeOf(m_out->loose) : sizeOf(m_out->cells);
    m_flaws.push_back({fault, isLoose, size - 1});
}

const Flaw* RecordBuilder::standingFlaw() const
{
    const auto found = std::ranges::find_if(m_flaws, [this](const Flaw& flaw) {
        return flaw.isLoose ? !isErased(m_out->loose[flaw.index])
                            : !isErased(m_out->cells[flaw.index]);
    });
    return found == m_flaws.end() ? nullptr : &*found;
}

void RecordBuilder::endRecord()
{
    if (m_duplicates == 0)
        return;
    m_out->duplicateKeys += m_duplicates;
    const auto sweep = [](auto& values, std::uint32_t begin) {
        const auto erased = [](const auto& value) { return isErased(value); };
        values.erase(std::remove_if(values.begin() + begin, values.end(), erased), values.end());
    };
    sweep(m_out->cells, m_cellBegin);
    sweep(m_out->loose, m_looseBegin);
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
