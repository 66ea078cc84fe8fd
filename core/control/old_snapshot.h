// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/control/event.h"
#include "core/postgres/connection.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace millrace::control {

/// A session of this database whose snapshot, or whose own transaction once it has written, keeps
/// the positions table from being vacuumed: each batch leaves a dead version of its rows, and
/// finding the living one takes longer and longer (ingest rules §1).
struct OldSnapshot
{
    std::int64_t pid = 0;
    std::string application;
    std::string user;
    std::chrono::seconds age{0};
};

/// Snapshots older than `age` of sessions that our role may see and of which no event tells yet.
Result<std::vector<OldSnapshot>> untoldSnapshots(postgres::Connection& connection,
                                                 std::chrono::seconds age);

/// What tells of it; untoldSnapshots() finds it again by its text.
[[nodiscard]] Event eventOf(const OldSnapshot& snapshot);

} // namespace millrace::control
