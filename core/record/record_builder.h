// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/fault.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::record {

/// A value of the record being built that may not stand.
struct Flaw
{
    Fault fault;
    bool isLoose = false;
    std::uint32_t index = 0; ///< in Decoded::loose or Decoded::cells
};

/// Collects the cells and loose values of one record after another, last of duplicate keys wins.
/// What a key brought is a contiguous range, so a second one erases it in time linear to its size.
/// One thread.
class RecordBuilder
{
public:
    /// `out` must outlive the builder's use of it.
    void start(Decoded& out) { m_out = &out; }

    void beginRecord();
    /// The value that was added last, loose or a cell, is one that no column can hold.
    void addFlaw(const Fault& fault, bool isLoose);
    /// The first flaw that no duplicate key has erased; null: none.
    [[nodiscard]] const Flaw* standingFlaw() const;
    /// Says how many keys were duplicates and erases what they replaced.
    void endRecord();
    void dropRecord();

    /// A number for one object instance: its keys are duplicates only of each other.
    std::uint64_t newObject() { return ++m_objects; }

    void beginMember(PathId id, std::uint64_t object)
    {
        if (id >= m_members.size()) [[unlikely]]
            m_members.resize(std::size_t{id} * 2 + 16);
        begin(m_members[id], object);
    }
    void endMember(PathId id) { end(m_members[id]); }
    void beginLooseMember(std::string_view key, std::uint64_t object);
    void endLooseMember(std::string_view key, std::uint64_t object);

    Cell& addCell(PathId id, schema::Kind kind)
    {
        Cell& cell = m_out->cells.emplace_back();
        cell.pathAndKind = id | (static_cast<std::uint32_t>(kind) << 28);
        return cell;
    }
    LooseValue& addLoose() { return m_out->loose.emplace_back(); }

private:
    /// Where the values of a member lie.
    struct Range
    {
        std::uint64_t object = 0; ///< the last object instance that had this key
        std::uint32_t cellBegin = 0;
        std::uint32_t cellEnd = 0;
        std::uint32_t looseBegin = 0;
        std::uint32_t looseEnd = 0;
    };
    struct LooseKey
    {
        std::uint64_t object;
        std::string_view key;
        bool operator==(const LooseKey&) const = default;
    };
    struct LooseHash
    {
        std::uint64_t seed;
        std::size_t operator()(const LooseKey& key) const noexcept;
    };

    void begin(Range& range, std::uint64_t object)
    {
        if (range.object == object) [[unlikely]]
            erase(range);
        range.object = object;
        range.cellBegin = range.cellEnd = static_cast<std::uint32_t>(m_out->cells.size());
        range.looseBegin = range.looseEnd = static_cast<std::uint32_t>(m_out->loose.size());
    }
    void end(Range& range) const
    {
        range.cellEnd = static_cast<std::uint32_t>(m_out->cells.size());
        range.looseEnd = static_cast<std::uint32_t>(m_out->loose.size());
    }
    void erase(const Range& range);

    Decoded* m_out = nullptr;
    std::uint64_t m_objects = 0;
    std::vector<Range> m_members; ///< by PathId
    std::unordered_map<LooseKey, Range, LooseHash> m_looseMembers{0, LooseHash{randomSeed()}};
    std::deque<std::string> m_looseKeys; ///< what m_looseMembers' views point into
    std::uint32_t m_cellBegin = 0;
    std::uint32_t m_looseBegin = 0;
    std::uint64_t m_duplicates = 0;
    std::vector<Flaw> m_flaws;

    static std::uint64_t randomSeed();
};

} // namespace millrace::record
