// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/job.h"
#include "core/control/sql_value.h"

#include <array>

namespace millrace::control {

namespace {

constexpr std::size_t payloadBytesMax = 1u << 20;
constexpr std::array<std::string_view, 4> kindNames{"replay", "discard", "read_record",
                                                    "skip_corrupt"};
constexpr std::array<std::string_view, 3> endNames{"done", "failed", "cancelled"};

Job jobAt(const postgres::ResultSet& rows, int row)
{
    Job job;
    job.id = rows.number(row, 0);
    const auto kind = std::find(kindNames.begin(), kindNames.end(), rows.text(row, 1));
    job.kind = static_cast<JobKind>(kind - kindNames.begin());
    job.argumentsJson = rows.text(row, 2);
    job.done = rows.number(row, 3);
    return job;
}

/// What is stored: a payload that does not fit fails the job instead of leaving it to be claimed
/// again.
JobOutcome fitting(const JobOutcome& outcome)
{
    if (!outcome.payload || outcome.payload->size() <= payloadBytesMax)
        return outcome;
    JobOutcome failed;
    failed.end = JobEnd::Failed;
    failed.error = "the payload has " + std::to_string(outcome.payload->size()) +
                   " bytes, more than the 1 MiB a job can carry";
    return failed;
}

} // namespace

Result<std::optional<Job>> claimJob(postgres::Connection& connection, const std::string& instance)
{
    auto results = connection.execute(
        "UPDATE millrace.job SET state = 'cancelled', beat_at = now() WHERE id IN ("
        "SELECT id FROM millrace.job WHERE state = 'queued' AND wanted = 'cancel' "
        "ORDER BY id FOR UPDATE SKIP LOCKED); "
        "UPDATE millrace.job SET state = 'running', beat_at = now(), claimed_by = " +
        textLiteral(instance) +
        " WHERE id = (SELECT id FROM millrace.job WHERE kind IN ('replay', 'discard', "
        "'read_record', 'skip_corrupt') AND ((state = 'queued' AND wanted = 'run') OR (state = "
        "'running' "
        "AND beat_at < now() - interval '30 seconds')) ORDER BY id FOR UPDATE SKIP LOCKED "
        "LIMIT 1) RETURNING id, kind, arguments, done");
    if (!results)
        return results.error();
    const postgres::ResultSet& rows = results->back();
    if (rows.rows() == 0)
        return std::optional<Job>();
    return std::optional<Job>(jobAt(rows, 0));
}

Result<bool> progressJob(postgres::Connection& connection, const std::string& instance,
                         std::int64_t id, std::int64_t done, std::int64_t total)
{
    const auto rows = connection.query(
        "UPDATE millrace.job SET done = $3::bigint, total = $4::bigint, beat_at = now() "
        "WHERE id = $1::bigint AND claimed_by = $2 AND state = 'running' "
        "RETURNING wanted = 'run'",
        {std::to_string(id), storable(instance), std::to_string(done), std::to_string(total)});
    if (!rows)
        return rows.error();
    return rows->rows() == 1 && rows->boolean(0, 0);
}

Result<void> finishJob(postgres::Connection& connection, const std::string& instance,
                       std::int64_t id, const JobOutcome& outcome)
{
    const JobOutcome stored = fitting(outcome);
    const postgres::Param payload =
        stored.payload ? postgres::Param::bytes(*stored.payload) : postgres::Param(std::nullopt);
    const std::string error = storable(stored.error);
    const auto done = connection.query(
        "UPDATE millrace.job SET state = $3, result = $4::jsonb, payload = $5::bytea, "
        "error = nullif($6, ''), beat_at = now() "
        "WHERE id = $1::bigint AND claimed_by = $2 AND state = 'running'",
        {std::to_string(id), storable(instance), endNames[static_cast<std::size_t>(stored.end)],
         stored.resultJson, payload, error});
    if (!done)
        return done.error();
    if (done->affected() == 1)
        return {};
    return Error{Scope::Batch, Code::Fenced, "the job is no longer this worker's",
                 "job " + std::to_string(id)};
}

} // namespace millrace::control
