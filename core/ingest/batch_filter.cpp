// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batch_filter.h"

namespace millrace::ingest {

namespace {

std::size_t endOfRun(const std::vector<record::Message>& messages, std::size_t begin)
{
    std::size_t end = begin + 1;
    while (end < messages.size() && messages[end].topic == messages[begin].topic &&
           messages[end].partition == messages[begin].partition)
        ++end;
    return end;
}

} // namespace

Filtered filterBatch(record::Batch& batch, Assignment& assignment)
{
    Filtered result;
    std::vector<record::Message>& messages = batch.messages;
    std::size_t kept = 0;
    for (std::size_t begin = 0; begin < messages.size();) {
        const std::size_t end = endOfRun(messages, begin);
        const auto run = std::span(messages).subspan(begin, end - begin);
        const kafka::TopicPartition where{batch.topics[run.front().topic], run.front().partition};
        begin = end;
        PartitionCursor* cursor = assignment.find(where);
        if (cursor == nullptr) {
            result.dropped += static_cast<std::int64_t>(run.size());
            continue;
        }
        const Offer offer = cursor->offer(run);
        result.dropped += offer.dropped;
        if (!offer.kept.empty()) {
            result.touched.insert(where);
            result.newestMs[where] = offer.kept.back().timestampMs;
            auto* const target = messages.data() + kept;
            if (offer.kept.data() != target)
                std::move(run.end() - static_cast<std::ptrdiff_t>(offer.kept.size()), run.end(),
                          target);
            kept += offer.kept.size();
        }
        if (offer.need != Need::Nothing || offer.inconclusive || offer.jumpDisagreed)
            result.offers.emplace_back(cursor, offer);
    }
    messages.resize(kept);
    return result;
}

} // namespace millrace::ingest
