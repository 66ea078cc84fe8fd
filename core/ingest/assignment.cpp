// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/assignment.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

/// librdkafka's logical end: nothing older than the moment of assignment is delivered.
constexpr Offset parkedOffset{-1};

std::vector<kafka::TopicPartition> placesOf(std::span<PartitionCursor* const> cursors)
{
    std::vector<kafka::TopicPartition> places;
    for (const PartitionCursor* cursor : cursors)
        places.push_back(cursor->where());
    return places;
}

} // namespace

PartitionCursor* Assignment::find(const kafka::TopicPartition& where)
{
    const auto found = m_cursors.find(where);
    return found == m_cursors.end() ? nullptr : &found->second;
}

std::vector<PartitionCursor*> Assignment::ofTopic(const std::string& topic)
{
    std::vector<PartitionCursor*> found;
    for (auto at = m_cursors.lower_bound({topic, PartitionId(0)});
         at != m_cursors.end() && at->first.topic == topic; ++at)
        found.push_back(&at->second);
    return found;
}

std::vector<PartitionCursor*> Assignment::all()
{
    std::vector<PartitionCursor*> found;
    for (auto& [where, cursor] : m_cursors)
        found.push_back(&cursor);
    return found;
}

bool Assignment::suspectsPoison() const
{
    return std::ranges::any_of(m_cursors, [](const auto& entry) {
        const Phase phase = entry.second.phase();
        return entry.second.poisonSuspected() &&
               (phase == Phase::Running || phase == Phase::Proving);
    });
}

void Assignment::add(std::span<const kafka::TopicPartition> partitions)
{
    for (const kafka::TopicPartition& where : partitions)
        m_cursors.try_emplace(where, where);
}

Result<void> Assignment::remove(std::span<const kafka::TopicPartition> partitions)
{
    for (const kafka::TopicPartition& where : partitions) {
        m_cursors.erase(where);
        m_told.erase(where);
    }
    return m_consumer.unassign(partitions);
}

Result<void> Assignment::start(std::span<PartitionCursor* const> cursors)
{
    std::vector<kafka::StartAt> assigned;
    std::vector<kafka::StartAt> sought;
    for (PartitionCursor* cursor : cursors) {
        const kafka::StartAt at{cursor->where(), cursor->startOffset()};
        (m_told.insert(cursor->where()).second ? assigned : sought).push_back(at);
        cursor->sought();
    }
    if (!assigned.empty()) {
        if (auto done = m_consumer.assign(assigned); !done)
            return done;
    }
    return sought.empty() ? Result<void>{} : m_consumer.seekAndResume(sought);
}

Result<void> Assignment::parkNew()
{
    std::vector<kafka::StartAt> parked;
    std::vector<kafka::TopicPartition> places;
    for (const auto& [where, cursor] : m_cursors) {
        if (m_told.insert(where).second) {
            parked.push_back({where, parkedOffset});
            places.push_back(where);
        }
    }
    if (parked.empty())
        return {};
    if (auto done = m_consumer.assign(parked); !done)
        return done;
    return m_consumer.pause(places);
}

Result<void> Assignment::pause(std::span<PartitionCursor* const> cursors)
{
    if (cursors.empty())
        return {};
    return m_consumer.pause(placesOf(cursors));
}

Result<void> Assignment::forget(std::span<PartitionCursor* const> cursors, SteadyTime retryAt)
{
    std::vector<PartitionCursor*> told;
    for (PartitionCursor* cursor : cursors) {
        cursor->forget(retryAt);
        if (m_told.contains(cursor->where()))
            told.push_back(cursor);
    }
    return pause(told);
}

} // namespace millrace::ingest
