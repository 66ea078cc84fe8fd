// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/tribunal.h"

namespace millrace::ingest {

namespace {

constexpr std::chrono::milliseconds lookInterval{1'000};
constexpr std::chrono::milliseconds askTimeout{1'500};

std::string sentence(Verdict verdict, const Evidence& evidence)
{
    const std::string marks = "the log holds [" + std::to_string(evidence.low.value) + ", " +
                              std::to_string(evidence.high.value) + "), the position is " +
                              std::to_string(evidence.nextOffset.value);
    switch (verdict) {
    case Verdict::ClusterSwapped:
        return "another cluster answers; " + marks;
    case Verdict::Recreated:
        return "the topic was made anew; " + marks;
    case Verdict::Diverged:
        return "the log was cut or rewritten behind the position; " + marks;
    case Verdict::Gap:
        return "retention ran past the position; " + marks;
    case Verdict::GoOn:
        break;
    }
    return marks;
}

} // namespace

Result<Trace> Tribunal::traceAt(const kafka::TopicPartition& where, Offset offset,
                                std::uint64_t fingerprint, const kafka::Watermarks& marks)
{
    if (offset < marks.low || offset >= marks.high)
        return Trace::Gone;
    const auto probe = m_cluster.probe(where, offset, askTimeout);
    if (!probe)
        return probe.error();
    if (probe->outcome != kafka::ProbeOutcome::Found)
        return Trace::Gone;
    return probe->record.fingerprint == fingerprint ? Trace::Same : Trace::Differs;
}

std::optional<Evidence> Tribunal::gather(const PartitionCursor& cursor, const ClusterView& view,
                                         const std::string& storedTopicId)
{
    const control::Position& position = cursor.position();
    const auto marks = m_consumer.watermarks(cursor.where(), askTimeout);
    if (!marks)
        return std::nullopt;
    Evidence evidence;
    evidence.lowSeen = position.lowSeen;
    evidence.nextOffset = position.nextOffset;
    evidence.low = marks->low;
    evidence.high = marks->high;
    evidence.topicWasAbsent = view.absences.contains(cursor.where().topic);
    const auto listed = view.topics.find(cursor.where().topic);
    if (listed != view.topics.end() && !storedTopicId.empty() && !listed->second.topicId.empty()) {
        evidence.topicIdKnown = true;
        evidence.topicIdDiffers = listed->second.topicId != storedTopicId;
    }
    if (position.firstFingerprint && position.firstRecordOffset) {
        const auto first = traceAt(cursor.where(), *position.firstRecordOffset,
                                   *position.firstFingerprint, *marks);
        if (!first)
            return std::nullopt;
        evidence.first = *first;
    }
    if (position.fingerprint && position.lastOffset) {
        const auto last =
            traceAt(cursor.where(), *position.lastOffset, *position.fingerprint, *marks);
        if (!last)
            return std::nullopt;
        evidence.last = *last;
    }
    return evidence;
}

std::optional<Tribunal::Ruling> Tribunal::hear(const PartitionCursor& cursor,
                                               const ClusterView& view,
                                               const std::string& storedTopicId,
                                               int otherPartitionsSuspect)
{
    Case& open = m_cases[cursor.where()];
    const SteadyTime now = steadyNow();
    if (now < open.nextLook)
        return std::nullopt;
    open.nextLook = now + lookInterval;
    auto evidence = gather(cursor, view, storedTopicId);
    if (!evidence)
        return std::nullopt;
    evidence->otherPartitionsSuspect = otherPartitionsSuspect;
    if (open.accused)
        evidence->last = Trace::Differs;
    const Verdict verdict = judge(*evidence);
    if (open.seen == 0 || verdict != open.verdict)
        open = {verdict, now, open.nextLook, 0, open.accused};
    ++open.seen;
    const bool harmless = verdict == Verdict::GoOn || verdict == Verdict::Gap;
    const bool held = harmless ? open.seen >= 2 : now - open.since >= m_limits.verdictWait;
    if (!held)
        return std::nullopt;
    m_cases.erase(cursor.where());
    return Ruling{verdict, *evidence, sentence(verdict, *evidence)};
}

} // namespace millrace::ingest
