// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/control/dead_letter.h"
#include "core/landing/committer.h"
#include "core/postgres/connection.h"

#include <cstdint>
#include <memory>

namespace millrace::landing {

/// Lands stored dead letters again under today's rules: the same decode → plan → COPY, with their
/// old coordinates. A letter that fails again stays open. Never touches next_offset or owner_epoch,
/// so no lane is disturbed; counts move from dead to rows with the letter's state, in one
/// transaction. One thread, over its own connection.
class Replay
{
public:
    Replay(postgres::Connection& connection, LandingSettings settings);
    ~Replay();

    struct Step
    {
        std::int64_t replayed = 0;
        std::int64_t stillDead = 0;
        control::LetterCursor after; ///< where the next step goes on
        bool finished = false;       ///< no open letter of the selection stands behind `after`
    };
    /// At most 1,000 letters, one transaction. Errors as Committer::land.
    Result<Step> step(const control::LetterSelection& selection,
                      const control::LetterCursor& after);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace millrace::landing
