// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/partition_cursor.h"

namespace millrace::ingest {

void PartitionCursor::forget(SteadyTime retryAt)
{
    m_phase = Phase::Taking;
    m_reason.clear();
    m_position.reset();
    m_retryAt = retryAt;
    m_jumpSeen.reset();
}

void PartitionCursor::take(control::Position position)
{
    m_position = std::move(position);
    if (m_originOf != m_position->key.generation) {
        m_originOf = m_position->key.generation;
        m_origin = lastMark(*m_position);
    }
    m_reason.clear();
    m_jumpSeen.reset();
    m_poisonSuspected = false;
    m_provedIdle = false;
    sought();
}

void PartitionCursor::committed(control::Position position)
{
    m_position = std::move(position);
    m_pendingHoles = 0;
    m_poisonSuspected = false;
    m_provedIdle = false;
}

bool PartitionCursor::wantsBooking() const noexcept
{
    return m_phase == Phase::Running && (m_expected > m_position->nextOffset || m_provedIdle);
}

Offset PartitionCursor::startOffset() const
{
    return position().lastOffset.value_or(position().nextOffset);
}

void PartitionCursor::sought()
{
    m_phase = Phase::Proving;
    m_since = steadyNow();
    m_expected = position().nextOffset;
    m_pendingHoles = 0;
    m_fresh = true;
}

Offer PartitionCursor::offer(std::span<const record::Message> messages)
{
    if (messages.empty())
        return {};
    if (m_phase == Phase::Running)
        return run(messages);
    if (m_phase != Phase::Proving)
        return {.kept = {}, .dropped = static_cast<std::int64_t>(messages.size())};

    const std::optional<Offset> last = position().lastOffset;
    std::size_t stale = 0;
    while (stale < messages.size() && messages[stale].offset < startOffset())
        ++stale;
    const auto rest = messages.subspan(stale);
    if (rest.empty())
        return {.kept = {}, .dropped = static_cast<std::int64_t>(stale)};
    const bool isProof = last && rest.front().offset == *last;
    if (isProof && position().fingerprint &&
        record::fingerprint(rest.front()) != *position().fingerprint)
        return {.need = Need::Judge, .kept = {}};
    Offer answer = startRunning(isProof ? rest.subspan(1) : rest, last && !isProof);
    answer.dropped += static_cast<std::int64_t>(stale);
    return answer;
}

Offer PartitionCursor::startRunning(std::span<const record::Message> rest, bool inconclusive)
{
    m_phase = Phase::Running;
    Offer answer = run(rest);
    answer.inconclusive = inconclusive;
    return answer;
}

Offer PartitionCursor::run(std::span<const record::Message> messages)
{
    Offer answer;
    std::size_t begin = 0;
    while (begin < messages.size() && messages[begin].offset < m_expected)
        ++begin;
    answer.dropped = static_cast<std::int64_t>(begin);
    const auto kept = messages.subspan(begin);
    if (kept.empty())
        return answer;
    const Offset first = kept.front().offset;
    if (first != m_expected && m_fresh && m_jumpSeen != first) {
        answer.jumpDisagreed = m_jumpSeen.has_value();
        m_jumpSeen = first;
        answer.need = Need::Reseek;
        return answer;
    }
    m_jumpSeen.reset();
    m_fresh = false;
    answer.kept = kept;
    const std::int64_t end = kept.back().offset.value + 1;
    m_pendingHoles += end - m_expected.value - static_cast<std::int64_t>(kept.size());
    m_expected = Offset(end);
    return answer;
}

Offer PartitionCursor::offerEnd(Offset end)
{
    Offer answer;
    if (m_phase == Phase::Proving) {
        if (end < position().nextOffset) {
            answer.need = Need::Judge;
            return answer;
        }
        answer.inconclusive = position().lastOffset.has_value();
        m_phase = Phase::Running;
    }
    if (m_phase != Phase::Running)
        return answer;
    m_fresh = true;
    m_provedIdle = m_poisonSuspected;
    if (end > m_expected) {
        m_pendingHoles += end.value - m_expected.value;
        m_expected = end;
    }
    return answer;
}

void PartitionCursor::judging(SteadyTime now)
{
    m_phase = Phase::Judging;
    m_since = now;
}

void PartitionCursor::setAside(std::string reason, SteadyTime retryAt)
{
    m_phase = Phase::Aside;
    m_reason = std::move(reason);
    m_retryAt = retryAt;
}

void PartitionCursor::pause(std::string reason)
{
    m_phase = Phase::Paused;
    m_reason = std::move(reason);
}

void PartitionCursor::stop(std::string reason)
{
    m_phase = Phase::Stopped;
    m_reason = std::move(reason);
}

} // namespace millrace::ingest
