// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/proof_marks.h"

#include <utility>

namespace millrace::ingest {

std::optional<ProofMark> ProofMarks::advance(const kafka::TopicPartition& where,
                                             const ProofMark& now)
{
    const auto [place, isNew] = m_marks.try_emplace(where, now);
    if (isNew)
        return std::nullopt;
    const ProofMark before = std::exchange(place->second, now);
    if (before.generation != now.generation || before.offset == now.offset)
        return std::nullopt;
    return before;
}

} // namespace millrace::ingest
