// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/proof_marks.h"

#include <algorithm>
#include <iterator>

namespace millrace::ingest {

namespace {

std::optional<ProofMark> markOf(const control::Position& position,
                                const std::optional<Offset>& offset,
                                const std::optional<std::uint64_t>& fingerprint)
{
    if (!offset || !fingerprint)
        return std::nullopt;
    return ProofMark{position.key.generation, *offset, *fingerprint};
}

} // namespace

std::optional<ProofMark> lastMark(const control::Position& position)
{
    return markOf(position, position.lastOffset, position.fingerprint);
}

std::optional<ProofMark> firstMark(const control::Position& position)
{
    return markOf(position, position.firstRecordOffset, position.firstFingerprint);
}

std::vector<ProofMark> ProofMarks::due(const kafka::TopicPartition& where, const ProofMark& now,
                                       std::span<const ProofMark> origins) const
{
    const auto known = m_marks.find(where);
    const bool isKnown = known != m_marks.end() && known->second.generation == now.generation;
    const auto looked = isKnown ? std::span(&known->second, 1) : origins;
    std::vector<ProofMark> marks;
    std::ranges::copy_if(looked, std::back_inserter(marks), [&](const ProofMark& mark) {
        return mark.generation == now.generation && mark.offset != now.offset;
    });
    return marks;
}

void ProofMarks::passed(const kafka::TopicPartition& where, const ProofMark& now)
{
    m_marks.insert_or_assign(where, now);
}

} // namespace millrace::ingest
