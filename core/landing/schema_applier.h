// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/control/schema_store.h"
#include "core/landing/table_catalogue.h"
#include "core/postgres/connection.h"
#include "core/schema/diff.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

struct ApplierSettings
{
    std::string dataSchema = "public";
    bool brinIndex = true;
    Limits limits;
};

/// What one successful DDL transaction left behind.
struct Applied
{
    TableState state; ///< as the transaction saw it last
    int changes = 0;  ///< lines of the timeline
};

/// Brings a topic's table to what sightings need, in a short transaction of its own: an advisory
/// lock, the catalogue read again under it, one ALTER for all columns, the timeline rows, COMMIT.
/// Any number of lanes of any number of workers may do so at once. One thread.
class SchemaApplier
{
public:
    /// Tries before the patient one; after that the count begins anew.
    static constexpr int shortTriesMax = 4;

    SchemaApplier(postgres::Connection& connection, ApplierSettings settings);

    /// One try; without sightings it makes the table, or repairs column_map. `attempt` counts from
    /// 0 over tries that ended in LockTimeout: the fifth waits for deadlock_timeout + 500 ms, the
    /// others Limits::ddlLockTimeout. Errors: LockTimeout (somebody holds the table), UserRule (the
    /// table is gone), WaitForOperator (no privilege), Retry, ConnectionLost. The transaction is
    /// rolled back then.
    Result<Applied> apply(const std::string& topic, std::span<const schema::Sighting> sightings,
                          int attempt);

private:
    struct Exclusions ///< what earlier rounds of one try found impossible
    {
        std::set<std::string> pinned; ///< columns the server would not retype
        bool isFull = false;          ///< the table takes no more columns
    };
    Result<Applied> once(const std::string& topic, std::span<const schema::Sighting> sightings,
                         int attempt, const Exclusions& exclusions);
    Result<void> lock(std::int64_t key, const std::string& topic);
    Result<schema::Changes> changesFor(TableState& state,
                                       std::span<const schema::Sighting> sightings,
                                       const Exclusions& exclusions);
    Result<bool> mayRewrite(Oid table);
    Result<void> store(TableState& state, schema::Changes& changes);
    Result<void> nameTable(TableState& state, schema::Changes& changes);
    void renameClashing(const TableState& state, schema::Changes& changes) const;
    Result<void> alter(const TableState& state, const schema::Changes& changes,
                       std::vector<control::AppliedChange>& applied);
    void pinWidened(Exclusions& exclusions) const;

    postgres::Connection& m_connection;
    ApplierSettings m_settings;
    schema::Changes m_lastChanges; ///< of the round under way
};

} // namespace millrace::landing
