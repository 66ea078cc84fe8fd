// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/control/position.h"
#include "core/ingest/proof_marks.h"
#include "core/kafka/consumer.h"
#include "core/record/message.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace millrace::ingest {

enum class Phase : std::uint8_t {
    Taking,  ///< no position in memory: it must be taken over before anything is read
    Proving, ///< reading from the last consumed record; its first event is the proof
    Running,
    Judging, ///< the proof failed: paused until there is a verdict
    Aside,   ///< paused for a while by itself (locked table, corrupt data), then Taking again
    Paused,  ///< paused because a person or a rule of the users' own wants it
    Stopped, ///< by a verdict: only a person starts it again
};

/// What the lane must do after it offered something to a cursor.
enum class Need : std::uint8_t {
    Nothing,
    Judge,  ///< pause it and gather evidence
    Reseek, ///< a first jump is confirmed by one more seek (startOffset())
};

/// What becomes of records or an end that were offered; `kept` is a part of them, in order.
struct Offer
{
    Need need = Need::Nothing;
    std::span<const record::Message> kept;
    std::int64_t dropped = 0;   ///< below what was expected
    bool inconclusive = false;  ///< nothing stands at the last consumed offset
    bool jumpDisagreed = false; ///< two seeks gave two different first records: alarm
};

/// One assigned partition as its lane sees it: where it stands, what is expected next, what must be
/// proved. No effects: the lane tells it what came and does what it needs. One thread.
///
/// A record below `expected` is dropped and counted. A jump on the first record after assign, seek,
/// resume, end of partition or error is confirmed by one more seek; inside the stream it is a hole
/// at once (compaction, markers). Source: ingest rules §3.
class PartitionCursor
{
public:
    explicit PartitionCursor(kafka::TopicPartition where)
        : m_where(std::move(where))
    {
    }

    [[nodiscard]] const kafka::TopicPartition& where() const noexcept { return m_where; }
    [[nodiscard]] Phase phase() const noexcept { return m_phase; }
    [[nodiscard]] const std::string& reason() const noexcept { return m_reason; }
    [[nodiscard]] bool holdsPosition() const noexcept { return m_position.has_value(); }
    [[nodiscard]] const control::Position& position() const { return m_position.value(); }

    /// After any error: the memory is not the truth any more.
    void forget(SteadyTime retryAt = {});
    [[nodiscard]] SteadyTime retryAt() const noexcept { return m_retryAt; }
    /// This process has tried to take it over before.
    [[nodiscard]] bool wasTried() const noexcept { return m_wasTried; }
    void trying() noexcept { m_wasTried = true; }

    /// The position as it was just read under its lock; reading starts at startOffset().
    void take(control::Position position);
    /// The last record when this generation was first taken: older than all that is read since.
    [[nodiscard]] const std::optional<ProofMark>& origin() const noexcept { return m_origin; }
    /// This offset has killed workers: it is fetched alone until the partition moves or proves
    /// idle.
    void suspectPoison() noexcept { m_poisonSuspected = true; }
    [[nodiscard]] bool poisonSuspected() const noexcept { return m_poisonSuspected; }
    /// The end was reached without a record, or the position moves behind markers: worth a commit
    /// of its own, at most once a second.
    [[nodiscard]] bool wantsBooking() const noexcept;
    /// last_offset where something was consumed, else next_offset.
    [[nodiscard]] Offset startOffset() const;
    /// The stream is (re)read from startOffset(): the next event is a proof.
    void sought();

    Offer offer(std::span<const record::Message> messages);
    /// End of partition at `end`; offsets up to it without a record are holes.
    Offer offerEnd(Offset end);

    /// What a commit made of the position; keeps the phase.
    void committed(control::Position position);
    /// Where the position stands once everything kept is committed, and the offsets without a
    /// record on the way there.
    [[nodiscard]] Offset expected() const noexcept { return m_expected; }
    [[nodiscard]] std::int64_t pendingHoles() const noexcept { return m_pendingHoles; }

    void judging(SteadyTime now);
    void setAside(std::string reason, SteadyTime retryAt);
    void pause(std::string reason);
    void stop(std::string reason);
    [[nodiscard]] SteadyTime phaseSince() const noexcept { return m_since; }

private:
    Offer startRunning(std::span<const record::Message> rest, bool inconclusive);
    Offer run(std::span<const record::Message> messages);

    kafka::TopicPartition m_where;
    Phase m_phase = Phase::Taking;
    std::string m_reason;
    SteadyTime m_retryAt{};
    SteadyTime m_since{};
    std::optional<control::Position> m_position;
    Generation m_originOf{0};
    std::optional<ProofMark> m_origin;
    Offset m_expected{-1};
    std::int64_t m_pendingHoles = 0;
    bool m_wasTried = false;
    bool m_poisonSuspected = false;
    bool m_provedIdle = false; ///< suspected, but nothing stands at the position
    bool m_fresh = true;       ///< the next record is the first after a seek, an end or an error
    std::optional<Offset> m_jumpSeen;
};

} // namespace millrace::ingest
