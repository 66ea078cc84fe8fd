// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/schema_applier.h"

#include "core/base/clock.h"
#include "core/base/failpoint.h"
#include "core/control/lock_key.h"
#include "core/landing/schema_applier_sql.h"
#include "core/landing/table_catalogue_sql.h"
#include "core/schema/names.h"

#include <algorithm>
#include <thread>

namespace millrace::landing {

namespace {

using namespace std::chrono_literals;
using schema::AddColumn;
using schema::CreateTable;
using schema::WidenColumn;

constexpr int roundsMax = 6; // lost races, pinned columns
constexpr auto advisoryPatience = 500ms;
constexpr auto advisoryPause = 1ms;
constexpr int snapshotLooks = 5; // a passing statement's snapshot is gone after this
constexpr auto snapshotPause = 20ms;
constexpr auto beyondDeadlockTimeout = 500ms;

bool holdsWidening(const schema::Changes& changes)
{
    return std::ranges::any_of(changes, [](const schema::Change& change) {
        return std::holds_alternative<WidenColumn>(change);
    });
}

std::vector<schema::Column> addedColumns(const schema::Changes& changes)
{
    std::vector<schema::Column> columns;
    for (const schema::Change& change : changes) {
        if (const auto* added = std::get_if<AddColumn>(&change))
            columns.push_back(added->column);
    }
    return columns;
}

} // namespace

SchemaApplier::SchemaApplier(postgres::Connection& connection, ApplierSettings settings)
    : m_connection(connection)
    , m_settings(std::move(settings))
{
}

Result<Applied> SchemaApplier::apply(const std::string& topic,
                                     std::span<const schema::Sighting> sightings, int attempt)
{
    Exclusions exclusions;
    for (int round = 0;; ++round) {
        auto applied = once(topic, sightings, attempt, exclusions);
        if (applied)
            return applied;
        const Error error = applied.error();
        const std::string sqlState = m_connection.lastError().sqlState;
        m_connection.rollback();
        if (m_connection.isBroken() || round == roundsMax)
            return error;
        if (error.code == Code::TableLimit)
            exclusions.isFull = true;
        else if (sqlState == "0A000" || sqlState == "2BP01" || sqlState == "42P16" ||
                 sqlState.starts_with("22"))
            pinWidened(exclusions);
        else if (error.code != Code::RefreshSchema && error.code != Code::Retry)
            return error;
    }
}

Result<Applied> SchemaApplier::once(const std::string& topic,
                                    std::span<const schema::Sighting> sightings, int attempt,
                                    const Exclusions& exclusions)
{
    m_lastChanges.clear();
    failpoint("ddl.begin");
    const bool isPatient = attempt % (shortTriesMax + 1) == shortTriesMax;
    const auto begun =
        m_connection.execute(isPatient ? beginPatientDdlSql(beyondDeadlockTimeout)
                                       : beginDdlSql(m_settings.limits.ddlLockTimeout));
    if (!begun)
        return begun.error();
    if (auto done = lock(control::lockKey(control::LockKind::Table, topic), topic); !done)
        return done.error();
    failpoint("ddl.after_lock");
    auto state = loadTable(m_connection, topic, m_settings.limits);
    if (!state)
        return state.error();
    auto changes = changesFor(*state, sightings, exclusions);
    if (!changes)
        return changes.error();
    m_lastChanges = *changes;
    if (auto done = store(*state, *changes); !done)
        return done.error();
    Applied applied;
    applied.changes =
        static_cast<int>(std::ranges::count_if(*changes, [](const schema::Change& change) {
            return !std::holds_alternative<schema::GrowKinds>(change);
        }));
    // Read inside the transaction, so that nobody's change can hide between ours and the reading.
    if (!changes->empty() || !state->repairSql.empty()) {
        state = loadTable(m_connection, topic, m_settings.limits);
        if (!state)
            return state.error();
    }
    applied.state = std::move(*state);
    failpoint("ddl.before_commit");
    if (const auto done = m_connection.execute("COMMIT"); !done)
        return done.error();
    failpoint("ddl.after_commit");
    if (exclusions.isFull)
        applied.state.schema.attributesUsed =
            std::max(applied.state.schema.attributesUsed, m_settings.limits.columnsPerTableMax);
    return applied;
}

/// Asks instead of waiting: a wait that is cut would be an ERROR in the server's log for each new
/// key that two lanes meet at once.
Result<void> SchemaApplier::lock(std::int64_t key, const std::string& topic)
{
    const SteadyTime deadline = steadyNow() + advisoryPatience;
    for (;;) {
        const auto locked = tryLock(m_connection, key);
        if (!locked)
            return locked.error();
        if (*locked)
            return {};
        if (steadyNow() > deadline)
            return Error{Scope::Batch, Code::LockTimeout,
                         "another worker is changing the table just now", "topic " + topic};
        std::this_thread::sleep_for(advisoryPause);
    }
}

Result<schema::Changes> SchemaApplier::changesFor(TableState& state,
                                                  std::span<const schema::Sighting> sightings,
                                                  const Exclusions& exclusions)
{
    for (schema::Column& column : state.schema.columns)
        column.pinned = column.pinned || exclusions.pinned.contains(column.name);
    Limits limits = m_settings.limits;
    if (exclusions.isFull)
        limits.columnsPerTableMax = state.schema.attributesUsed;
    schema::Changes changes = schema::diff(state.schema, sightings, limits);
    if (holdsWidening(changes)) {
        const auto may = mayRewrite(state.layout.oid);
        if (!may)
            return may.error();
        if (!*may) {
            state.schema.rewritable = false;
            changes = schema::diff(state.schema, sightings, limits);
        }
    }
    for (auto change = changes.begin(); change != changes.end();) {
        const auto* overflow = std::get_if<schema::Overflow>(&*change);
        bool isTold = false;
        if (overflow != nullptr) {
            const auto told = isOverflowTold(m_connection, state.topic.topic, overflow->path);
            if (!told)
                return told.error();
            isTold = *told;
        }
        change = isTold ? changes.erase(change) : change + 1;
    }
    renameClashing(state, changes);
    return changes;
}

/// Not when the table is large, nor when some session holds a snapshot from before: it would see a
/// rewritten table as empty.
Result<bool> SchemaApplier::mayRewrite(Oid table)
{
    const auto bytes = readTableBytes(m_connection, table);
    if (!bytes)
        return bytes.error();
    if (*bytes > m_settings.limits.rewriteTableBytesMax)
        return false;
    for (int look = 0; look < snapshotLooks; ++look) {
        if (look != 0)
            std::this_thread::sleep_for(snapshotPause);
        const auto count = countForeignSnapshots(m_connection);
        if (!count)
            return count.error();
        if (*count == 0)
            return true;
    }
    return false;
}

/// schema::diff knows our columns only; a name that a foreign one bears gets a suffix here.
void SchemaApplier::renameClashing(const TableState& state, schema::Changes& changes) const
{
    if (state.foreignColumns.empty())
        return;
    std::set<std::string, std::less<>> names(state.foreignColumns.begin(),
                                             state.foreignColumns.end());
    for (const schema::Column& column : state.schema.columns)
        names.insert(column.name);
    for (schema::Change& change : changes) {
        auto* added = std::get_if<AddColumn>(&change);
        if (added == nullptr)
            continue;
        schema::Column& column = added->column;
        if (names.contains(column.name))
            column.name = schema::columnName(
                column.path, added->variant ? std::optional(column.type) : std::nullopt,
                state.schema.naming,
                [&names](std::string_view name) { return names.contains(name); });
        names.insert(column.name);
    }
}

Result<void> SchemaApplier::store(TableState& state, schema::Changes& changes)
{
    if (!state.repairSql.empty()) {
        if (const auto done = m_connection.execute(state.repairSql); !done)
            return done.error();
    }
    if (changes.empty())
        return {};
    if (state.table.name.empty()) {
        if (auto done = nameTable(state, changes); !done)
            return done;
    }
    std::vector<control::AppliedChange> applied;
    if (auto done = alter(state, changes, applied); !done)
        return done;
    const auto stored = m_connection.execute(
        control::storeChangesSql(state.topic.topic, state.table, applied) +
        (state.schema.table.empty() ? control::storeTableSql(state.topic.topic, state.table) : ""));
    return stored ? Result<void>() : Result<void>(stored.error());
}

/// Decides the name under the lock for names of the whole data schema.
Result<void> SchemaApplier::nameTable(TableState& state, schema::Changes& changes)
{
    const std::string& topic = state.topic.topic;
    const auto key = control::lockKey(control::LockKind::TableNames, m_settings.dataSchema);
    if (auto done = lock(key, topic); !done)
        return done;
    if (auto done = makeDataSchema(m_connection, m_settings.dataSchema); !done)
        return done;
    std::optional<Error> failure;
    state.table = {m_settings.dataSchema,
                   schema::tableName(topic, state.schema.naming, [&](std::string_view name) {
                       const auto taken =
                           isNameTaken(m_connection, m_settings.dataSchema, topic, name);
                       if (!taken)
                           failure = taken.error();
                       return taken && *taken;
                   })};
    if (failure)
        return *failure;
    for (schema::Change& change : changes) {
        if (auto* created = std::get_if<CreateTable>(&change))
            created->table = state.table.name;
    }
    return {};
}

/// One script: a new table with all its columns, or one ALTER for all of them; then their comments.
Result<void> SchemaApplier::alter(const TableState& state, const schema::Changes& changes,
                                  std::vector<control::AppliedChange>& applied)
{
    std::string script;
    std::string clauses;
    std::string comments;
    bool isCreated = false;
    for (const schema::Change& change : changes) {
        std::string ddl;
        const auto* added = std::get_if<AddColumn>(&change);
        if (std::holds_alternative<CreateTable>(change)) {
            isCreated = true;
            ddl = createTableSql(state.table, state.topic.topic, addedColumns(changes),
                                 m_settings.brinIndex);
            script += ddl + ";\n";
        } else if (const std::string clause = alterClause(change);
                   !clause.empty() && (added == nullptr || !isCreated)) {
            ddl = alterTableSql(state.table, clause);
            clauses += (clauses.empty() ? "" : ", ") + clause;
        }
        if (added != nullptr)
            comments += commentColumnSql(state.table, added->column) + ";\n";
        applied.push_back({change, std::move(ddl), 0});
    }
    if (!clauses.empty())
        script += alterTableSql(state.table, clauses) + ";\n";
    script += comments;
    if (script.empty())
        return {};
    const SteadyTime begun = steadyNow();
    const auto done = m_connection.execute(script);
    const std::chrono::duration<double, std::milli> spent = steadyNow() - begun;
    for (control::AppliedChange& one : applied)
        one.durationMs = one.ddl.empty() ? 0 : spent.count();
    return done ? Result<void>() : Result<void>(done.error());
}

/// The server would not retype a column: those of this round get variants instead.
void SchemaApplier::pinWidened(Exclusions& exclusions) const
{
    for (const schema::Change& change : m_lastChanges) {
        if (const auto* wider = std::get_if<WidenColumn>(&change))
            exclusions.pinned.insert(wider->column);
    }
}

} // namespace millrace::landing
