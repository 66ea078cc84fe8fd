// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/partition_care.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr auto proofPatience = 10s; ///< a seek that brings no event at all is repeated
constexpr auto marksInterval = 1s;
constexpr auto partitionErrorWait = 500ms;
constexpr std::chrono::milliseconds corruptWaitFirst = 1s;
constexpr std::chrono::milliseconds corruptWaitMost = 60s;

} // namespace

Result<void> PartitionCare::answer(PartitionCursor& cursor, const Offer& offer,
                                   postgres::Connection* connection)
{
    PartitionCursor* const self = &cursor;
    if (offer.inconclusive)
        tell(connection, LogLevel::Info, "proof_inconclusive", cursor,
             "no record stands at the last consumed offset any more: going on");
    if (offer.jumpDisagreed)
        tell(connection, LogLevel::Alarm, "jump_disagrees", cursor,
             "two seeks to the same offset gave two different first records");
    if (offer.need == Need::Judge)
        return doubt(cursor);
    if (offer.need == Need::Reseek)
        return m_assignment.start({&self, 1});
    return {};
}

Result<void> PartitionCare::event(const kafka::Event& event, PartitionCursor& cursor,
                                  postgres::Connection* connection)
{
    if (cursor.phase() != Phase::Running && cursor.phase() != Phase::Proving)
        return {};
    switch (event.kind) {
    case kafka::EventKind::EndOfPartition:
        return answer(cursor, cursor.offerEnd(event.offset), connection);
    case kafka::EventKind::OutOfRange:
        return answer(cursor, {.need = Need::Judge, .kept = {}}, connection);
    case kafka::EventKind::CorruptData:
        return corrupt(event, cursor, connection);
    default:
        cursor.setAside(event.text, steadyNow() + partitionErrorWait);
        return pause(cursor);
    }
}

Result<void> PartitionCare::corrupt(const kafka::Event& event, PartitionCursor& cursor,
                                    postgres::Connection* connection)
{
    auto& wait = m_corruptWait[cursor.where()];
    if (wait == 0ms)
        tell(connection, LogLevel::Alarm, "corrupt_data", cursor,
             "the broker serves damaged data at offset " + std::to_string(event.offset.value) +
                 ": " + event.text + "; a job skip_corrupt gives it up");
    wait = std::clamp(wait * 2, corruptWaitFirst, corruptWaitMost);
    cursor.setAside(event.text, steadyNow() + wait);
    return pause(cursor);
}

bool PartitionCare::wasMovedByOthers(const PartitionCursor& cursor,
                                     postgres::Connection* connection) const
{
    if (connection == nullptr || !m_corruptWait.contains(cursor.where()))
        return false;
    const auto positions = control::loadPositions(*connection, cursor.where().topic);
    if (!positions)
        return false; // tried again after the next wait
    return std::ranges::any_of(*positions, [&cursor](const control::Position& position) {
        return position.key == cursor.position().key &&
               position.nextOffset != cursor.position().nextOffset;
    });
}

Result<void> PartitionCare::retryDue(postgres::Connection* connection)
{
    const SteadyTime now = steadyNow();
    std::vector<PartitionCursor*> started;
    for (PartitionCursor* cursor : m_assignment.all()) {
        const bool silent =
            cursor->phase() == Phase::Proving && now - cursor->phaseSince() > proofPatience;
        const bool due = cursor->phase() == Phase::Aside && cursor->retryAt() <= now;
        if (silent || (due && cursor->holdsPosition() && !wasMovedByOthers(*cursor, connection)))
            started.push_back(cursor);
        else if (due) {
            m_corruptWait.erase(cursor->where());
            cursor->forget();
        }
    }
    return m_assignment.start(started);
}

Result<void> PartitionCare::accuse(const std::set<kafka::TopicPartition>& suspects)
{
    for (const kafka::TopicPartition& where : suspects) {
        PartitionCursor* cursor = m_assignment.find(where);
        if (cursor == nullptr || cursor->phase() != Phase::Running)
            continue;
        m_tribunal.accuse(where);
        if (auto done = doubt(*cursor); !done)
            return done;
    }
    return {};
}

Result<void> PartitionCare::watchMarks()
{
    if (steadyNow() < m_nextMarks)
        return {};
    m_nextMarks = steadyNow() + marksInterval;
    for (PartitionCursor* cursor : m_assignment.all()) {
        const auto marks = m_consumer.cachedWatermarks(cursor->where());
        if (cursor->phase() != Phase::Running || !marks)
            continue;
        const auto [known, isNew] = m_marks.try_emplace(cursor->where(), *marks);
        const kafka::Watermarks before = std::exchange(known->second, *marks);
        if (isNew || (marks->low >= before.low && marks->high >= before.high))
            continue;
        if (auto done = doubt(*cursor); !done)
            return done;
    }
    return {};
}

Result<void> PartitionCare::followListing(const ClusterView& view)
{
    for (const auto& [topic, times] : view.absences) {
        int& known = m_absences[topic];
        if (known == times || !view.topics.contains(topic))
            continue;
        known = times;
        for (PartitionCursor* cursor : m_assignment.ofTopic(topic)) {
            if (cursor->phase() != Phase::Running)
                continue;
            if (auto done = doubt(*cursor); !done)
                return done;
        }
    }
    return {};
}

Result<void> PartitionCare::restartReading()
{
    std::vector<PartitionCursor*> reading;
    for (PartitionCursor* cursor : m_assignment.all()) {
        if (cursor->phase() == Phase::Running || cursor->phase() == Phase::Proving)
            reading.push_back(cursor);
    }
    return m_assignment.start(reading);
}

Result<void> PartitionCare::takeUpStopped(const std::string& topic,
                                          postgres::Connection& connection)
{
    const auto positions = control::loadPositions(connection, topic);
    if (!positions)
        return positions.error();
    std::vector<PartitionCursor*> resumed;
    for (const control::Position& position : *positions) {
        PartitionCursor* cursor = m_assignment.find({topic, position.key.partition});
        if (cursor != nullptr && cursor->phase() == Phase::Stopped &&
            position.state != control::PartitionState::Stopped)
            resumed.push_back(cursor);
    }
    return m_assignment.forget(resumed, {});
}

Result<void> PartitionCare::hearSuspects(const ClusterView& view, const TopicWatch& watch,
                                         postgres::Connection& connection)
{
    std::map<std::string, int> suspects;
    for (const auto& [where, cursor] : m_assignment.cursors())
        suspects[where.topic] += cursor.phase() == Phase::Judging ? 1 : 0;
    for (PartitionCursor* cursor : m_assignment.all()) {
        if (cursor->phase() != Phase::Judging || !cursor->holdsPosition())
            continue;
        const std::string& topic = cursor->where().topic;
        const control::TopicRow* row = watch.row(topic);
        const auto ruling =
            m_tribunal.hear(*cursor, view, row == nullptr ? "" : row->topicId, suspects[topic] - 1);
        if (!ruling)
            continue;
        CarryOut carryOut(connection, m_consumer, m_assignment, m_events);
        if (auto done = carryOut.ruling(*cursor, *ruling, view); !done)
            return done;
    }
    return {};
}

Result<void> PartitionCare::doubt(PartitionCursor& cursor)
{
    cursor.judging(steadyNow());
    return pause(cursor);
}

Result<void> PartitionCare::pause(PartitionCursor& cursor)
{
    PartitionCursor* const self = &cursor;
    return m_assignment.pause({&self, 1});
}

void PartitionCare::tell(postgres::Connection* connection, LogLevel level, const std::string& code,
                         const PartitionCursor& cursor, const std::string& text)
{
    control::Event event{level, code, cursor.where().topic, {}, cursor.where().partition, text};
    if (cursor.holdsPosition())
        event.generation = cursor.position().key.generation;
    m_events.tell(connection, event);
}

} // namespace millrace::ingest
