// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace millrace::control {

enum class JobKind : std::uint8_t { Replay, Discard, ReadRecord, SkipCorrupt };

struct Job
{
    std::int64_t id = 0;
    JobKind kind = JobKind::Replay;
    std::string argumentsJson; ///< replay, discard: {"topic", "class"?, "partition"?, "offsets"?,
                               ///< "reason"?} read_record, skip_corrupt: {"topic", "generation",
                               ///< "partition", "offset"}
    std::int64_t done = 0;
};

/// Claims the oldest queued job, or a running one whose worker has not beaten for 30 s
/// (FOR UPDATE SKIP LOCKED); nothing to do: empty. Unknown kinds stay for others.
Result<std::optional<Job>> claimJob(postgres::Connection& connection, const std::string& instance);
/// Writes progress and the beat; false: cancel is wanted, or the job is no longer ours.
Result<bool> progressJob(postgres::Connection& connection, const std::string& instance,
                         std::int64_t id, std::int64_t done, std::int64_t total);

enum class JobEnd : std::uint8_t { Done, Failed, Cancelled };
struct JobOutcome
{
    JobEnd end = JobEnd::Done;
    std::string resultJson = "{}";
    std::optional<std::string> payload = {}; ///< at most 1 MiB
    std::string error = {};
};
Result<void> finishJob(postgres::Connection& connection, const std::string& instance,
                       std::int64_t id, const JobOutcome& outcome);

} // namespace millrace::control
