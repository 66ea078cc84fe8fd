// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"
#include "core/control/lock_key.h"
#include "core/control/migration.h"

#include <array>

namespace millrace::control {

namespace {

constexpr std::array scripts1{std::cref(controlTables1), std::cref(controlViews1),
                              std::cref(controlComments1)};
constexpr std::array scripts2{std::cref(controlTables2)};
constexpr std::array scripts3{std::cref(controlTables3)};
constexpr std::array scripts4{std::cref(controlViews4)};

constexpr const char* makeSchema = R"sql(
DO $body$
BEGIN
    -- IF NOT EXISTS would ask for CREATE on the database even where the schema is there.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'millrace') THEN
        CREATE SCHEMA millrace;
        COMMENT ON SCHEMA millrace IS 'Millrace: positions, dead letters, schema history, jobs';
    END IF;
END $body$;
CREATE TABLE IF NOT EXISTS millrace.migration (
    version integer PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now()
))sql";

struct Step
{
    int version;
    std::span<const std::reference_wrapper<const std::string_view>> scripts;
};

constexpr std::array steps{Step{1, scripts1}, Step{2, scripts2}, Step{3, scripts3},
                           Step{4, scripts4}};

/// 0 when there is nothing of ours yet. Asks the catalogue's rows: to_regclass() answers from a
/// cache that an advisory lock does not refresh, and would miss what another worker has just
/// committed.
Result<int> presentVersion(postgres::Connection& connection)
{
    const auto there = connection.query(
        "SELECT count(*) > 0 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
        "ON n.oid = c.relnamespace WHERE n.nspname = 'millrace' AND c.relname = 'migration'");
    if (!there)
        return there.error();
    if (!there->boolean(0, 0))
        return 0;
    const auto version =
        connection.query("SELECT coalesce(max(version), 0) FROM millrace.migration");
    if (!version)
        return version.error();
    return static_cast<int>(version->number(0, 0));
}

Error tooNew(int version)
{
    return {Scope::Process, Code::Unsupported,
            "the control schema \"millrace\" has version " + std::to_string(version) +
                ", this program knows versions up to " + std::to_string(schemaVersion()) +
                ": use a newer program",
            "schema millrace"};
}

/// Inside the transaction, under the lock.
Result<void> upgrade(postgres::Connection& connection)
{
    const auto version = presentVersion(connection);
    if (!version)
        return version.error();
    if (*version > schemaVersion())
        return tooNew(*version);
    std::string script = *version == 0 ? std::string(makeSchema) + ";\n" : std::string();
    for (const Step& step : steps) {
        if (step.version <= *version)
            continue;
        for (const std::string_view part : step.scripts)
            script.append(part);
        script += "INSERT INTO millrace.migration (version) VALUES (" +
                  std::to_string(step.version) + ");\n";
    }
    const auto applied = connection.execute(script + "COMMIT");
    return applied ? Result<void>() : Result<void>(applied.error());
}

} // namespace

int schemaVersion() noexcept
{
    return steps.back().version;
}

Result<void> migrate(postgres::Connection& connection)
{
    const auto version = presentVersion(connection);
    if (!version)
        return version.error();
    if (*version == schemaVersion())
        return {};
    if (*version > schemaVersion())
        return tooNew(*version);
    const auto begun =
        connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '60s'; "
                           "SELECT pg_catalog.pg_advisory_xact_lock(" +
                           std::to_string(lockKey(LockKind::Migration)) + ")");
    auto done = begun ? upgrade(connection) : Result<void>(begun.error());
    if (!done)
        connection.rollback();
    return done;
}

} // namespace millrace::control
