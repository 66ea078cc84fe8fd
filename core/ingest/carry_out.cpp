// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/carry_out.h"

namespace millrace::ingest {

Result<void> CarryOut::ruling(PartitionCursor& cursor, const Tribunal::Ruling& ruling,
                              const ClusterView& view)
{
    PartitionCursor* const self = &cursor;
    switch (ruling.verdict) {
    case Verdict::GoOn:
        return m_assignment.start({&self, 1});
    case Verdict::Gap:
        return bookGap(cursor, ruling);
    case Verdict::Recreated:
        tell(cursor, "proof_failed", ruling.text);
        return beginAnew(cursor, ruling.verdict, view);
    case Verdict::Diverged:
    case Verdict::ClusterSwapped:
        break;
    }
    if (cursor.position().reason == control::resumedByPerson)
        return beginAnew(cursor, ruling.verdict, view);
    return stop(cursor, ruling);
}

Result<void> CarryOut::bookGap(PartitionCursor& cursor, const Tribunal::Ruling& ruling)
{
    auto moved = control::recordGap(m_connection, cursor.position(), ruling.evidence.low,
                                    ruling.evidence.low, ruling.text);
    if (!moved)
        return moved.error();
    tell(cursor, "gap", ruling.text);
    cursor.take(std::move(*moved));
    PartitionCursor* const self = &cursor;
    return m_assignment.start({&self, 1});
}

Result<void> CarryOut::beginAnew(PartitionCursor& cursor, Verdict verdict, const ClusterView& view)
{
    const std::string topic = cursor.where().topic;
    control::TopicRow row;
    row.topic = topic;
    row.generation = cursor.position().key.generation;
    Generations generations(m_connection, m_consumer, m_events);
    const auto made = generations.begin(row, view, std::string(verdictName(verdict)));
    if (!made)
        return made.error();
    return m_assignment.forget(m_assignment.ofTopic(topic), {});
}

Result<void> CarryOut::stop(PartitionCursor& cursor, const Tribunal::Ruling& ruling)
{
    tell(cursor, std::string(verdictName(ruling.verdict)), ruling.text);
    if (auto done = control::setPartitionState(m_connection, cursor.position().key,
                                               control::PartitionState::Stopped, ruling.text);
        !done)
        return done;
    cursor.stop(ruling.text);
    const auto told = control::setTopicState(m_connection, cursor.where().topic,
                                             control::TopicState::Halted, ruling.text);
    return told ? Result<void>{} : Result<void>{told.error()};
}

void CarryOut::tell(const PartitionCursor& cursor, const std::string& code, const std::string& text)
{
    m_events.tell(&m_connection, {.level = LogLevel::Alarm,
                                  .code = code,
                                  .topic = cursor.where().topic,
                                  .generation = cursor.position().key.generation,
                                  .partition = cursor.where().partition,
                                  .text = text});
}

} // namespace millrace::ingest
