// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/batch_transaction.h"

#include "core/base/failpoint.h"
#include "core/landing/batch_transaction_sql.h"
#include "core/landing/letter_writer.h"
#include "core/landing/table_catalogue_sql.h"

#include <algorithm>

namespace millrace::landing {

namespace {

constexpr int refreshesMax = 5;
constexpr int unexplainedMax = 3;

std::chrono::microseconds since(SteadyTime begun)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(steadyNow() - begun);
}

bool isActive(const TopicWork& work)
{
    return !work.aside;
}

/// Only this topic is concerned; the others go on.
bool isOfOneTable(const Error& error, std::string_view sqlState)
{
    switch (error.code) {
    case Code::UserRule:
    case Code::EncoderFault:
    case Code::TableLimit:
    case Code::LockTimeout:
    case Code::Corrupt:
        return error.scope != Scope::Connection;
    default:
        return sqlState == "42501"; // privilege
    }
}

Error fenced(const control::PositionKey& key, const std::string& why)
{
    return {Scope::Batch, Code::Fenced, "the position is not what was held: " + why,
            key.topic + "[" + std::to_string(key.partition.value) + "]"};
}

} // namespace

Result<bool> BatchTransaction::run(std::span<TopicWork> works)
{
    auto committed = attempt(works);
    if (!committed || !*committed)
        m_connection.rollback();
    return committed;
}

Result<bool> BatchTransaction::attempt(std::span<TopicWork> works)
{
    failpoint("commit.begin");
    const SteadyTime begun = steadyNow();
    if (auto done = lockPositions(works); !done)
        return done.error();
    m_lockTime = since(begun);
    failpoint("commit.after_lock");
    if (const auto locked = lockTables(works); !locked || !*locked)
        return locked;
    failpoint("commit.after_table_lock");
    for (TopicWork& work : works) {
        if (!isActive(work) || !work.hasRows())
            continue;
        if (const auto copied = copyRows(work); !copied || !*copied)
            return copied;
    }
    failpoint("commit.after_copy");
    if (auto done = copyLetters(works); !done)
        return done.error();
    failpoint("commit.after_letters");
    return commit(works);
}

Result<void> BatchTransaction::lockPositions(std::span<TopicWork> works)
{
    std::vector<control::PositionKey> keys;
    std::vector<const control::Position*> held;
    for (const TopicWork& work : works) {
        for (const PartitionTally& tally : work.tallies) {
            if (!isActive(work))
                continue;
            keys.push_back(tally.advance->held.key);
            held.push_back(&tally.advance->held);
        }
    }
    const auto rows = m_connection.execute(beginBatchSql(keys, m_limits.dataLockTimeout));
    if (!rows) {
        Error error = rows.error();
        if (error.code == Code::LockTimeout) // somebody takes over, or replays: no table's fault
            error.code = Code::Retry;
        return error;
    }
    m_positions = control::readPositions(rows->back());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i >= m_positions.size() || m_positions[i].key != keys[i])
            return fenced(keys[i], "the row is gone");
        if (m_positions[i].nextOffset != held[i]->nextOffset)
            return fenced(keys[i], "next_offset is " +
                                       std::to_string(m_positions[i].nextOffset.value) +
                                       " and not " + std::to_string(held[i]->nextOffset.value));
        if (m_positions[i].ownerEpoch != held[i]->ownerEpoch)
            return fenced(keys[i], "another owner has taken the partition");
    }
    return {};
}

/// False: a table is locked by somebody, or is not what was planned with.
Result<bool> BatchTransaction::lockTables(std::span<TopicWork> works)
{
    std::vector<TopicWork*> landing;
    for (TopicWork& work : works) {
        if (isActive(work) && work.hasRows())
            landing.push_back(&work);
    }
    if (landing.empty())
        return true;
    const auto name = [](const TopicWork* work) {
        const schema::QualifiedName& table = work->landing->table().table;
        return std::tie(table.schema, table.name);
    };
    std::ranges::sort(landing, {}, name);
    std::vector<schema::QualifiedName> tables;
    std::vector<Oid> oids;
    for (const TopicWork* work : landing) {
        tables.push_back(work->landing->table().table);
        oids.push_back(work->landing->table().layout.oid);
    }
    const auto rows = m_connection.execute(
        lockTablesSql(tables, oids, m_limits.tableLockTimeout, m_limits.dataLockTimeout));
    if (!rows)
        return findBlocked(works, rows.error());
    const std::vector<Layout> layouts = readLayouts(rows->back());
    bool asPlanned = true;
    for (TopicWork* work : landing) {
        if (std::ranges::find(layouts, work->landing->table().layout) != layouts.end())
            continue;
        asPlanned = false;
        refresh(*work,
                {Scope::Batch, Code::RefreshSchema,
                 "the table's layout keeps changing under the batch", "topic " + work->topic});
    }
    return asPlanned;
}

/// Locking all tables at once failed: looks at each alone, with the transaction rolled back.
Result<bool> BatchTransaction::findBlocked(std::span<TopicWork> works, const Error& cause)
{
    m_connection.rollback();
    if (m_connection.isBroken())
        return cause;
    bool found = false;
    for (TopicWork& work : works) {
        if (!isActive(work) || !work.hasRows())
            continue;
        const auto probed = m_connection.execute(probeTableSql(work.landing->table().table));
        if (probed)
            continue;
        const Error error = probed.error();
        const std::string sqlState = m_connection.lastError().sqlState;
        m_connection.rollback();
        if (m_connection.isBroken())
            return error;
        if (error.code == Code::RefreshSchema)
            refresh(work, error);
        else if (isOfOneTable(error, sqlState))
            work.aside = error;
        else
            return error;
        found = true;
    }
    if (!found && ++m_unexplained > unexplainedMax)
        return cause;
    return false;
}

Result<bool> BatchTransaction::copyRows(TopicWork& work)
{
    TableCopy copy(m_connection, m_encoder);
    auto done = work.isCareful ? copyCarefully(work, copy)
                               : copy.copy(work.landing->copyJob(work.generation));
    m_encodeTime += copy.encodeTime();
    if (done && m_checksConstraints) {
        if (const auto checked = m_connection.execute(checkConstraintsSql()); !checked)
            done = checked.error();
        if (!done) {
            work.aside = done.error();
            work.aside->code = Code::UserRule;
            return m_connection.isBroken() ? Result<bool>(done.error()) : Result<bool>(false);
        }
    }
    return done ? Result<bool>(true) : answerCopyError(work, done.error());
}

Result<void> BatchTransaction::copyCarefully(TopicWork& work, TableCopy& copy)
{
    const int leftMax = m_limits.refusedRowsPerBatchMax - static_cast<int>(work.refused.size());
    auto refused = copy.copyCarefully(work.landing->copyJob(work.generation), leftMax);
    if (!refused)
        return refused.error();
    if (refused->empty())
        return {};
    for (RefusedRow& row : *refused) {
        work.landing->fates()[row.message] = Fate::Dead;
        work.refused.push_back(std::move(row));
    }
    work.landing->collectRows();
    auto tallies = tally(work.messages(), work.landing->fates(), work.advances, 0);
    if (!tallies)
        return tallies.error();
    work.tallies = std::move(*tallies);
    return {};
}

/// What an error inside COPY means is decided by the layout first, whatever its code (ingest rules
/// §2).
Result<bool> BatchTransaction::answerCopyError(TopicWork& work, const Error& error)
{
    const std::string sqlState = m_connection.lastError().sqlState;
    m_connection.rollback();
    if (m_connection.isBroken())
        return error;
    const Layout& planned = work.landing->table().layout;
    const auto rows = m_connection.execute(layoutsSql(std::span(&planned.oid, 1)));
    if (!rows)
        return rows.error();
    const std::vector<Layout> layouts = readLayouts(rows->back());
    const bool asPlanned = layouts.size() == 1 && layouts.front() == planned;
    if (!asPlanned || error.code == Code::RefreshSchema) {
        refresh(work, error);
        return false;
    }
    if (error.code == Code::RecordRefused && !work.isCareful) {
        work.isCareful = true;
        return false;
    }
    if (!isOfOneTable(error, sqlState))
        return error;
    work.aside = error;
    return false;
}

Result<void> BatchTransaction::copyLetters(std::span<TopicWork> works)
{
    LetterWriter writer(m_limits);
    for (TopicWork& work : works) {
        if (!isActive(work) || work.landing == nullptr)
            continue;
        const std::vector<Fate>& fates = work.landing->fates();
        const record::Decoded& decoded = work.landing->decoded();
        auto planned = work.landing->plan().letters.begin();
        auto refused = work.refused.begin();
        std::ranges::sort(work.refused, {}, &RefusedRow::message);
        for (const PartitionTally& tally : work.tallies) {
            for (std::size_t i = tally.begin; i < tally.end; ++i) {
                if (fates[i] != Fate::Dead)
                    continue;
                const control::PositionKey& key = tally.advance->held.key;
                const record::Message& message = work.messages()[i];
                while (planned != work.landing->plan().letters.end() && planned->message < i)
                    ++planned;
                while (refused != work.refused.end() && refused->message < i)
                    ++refused;
                if (decoded.records[i].outcome == record::Outcome::Reject)
                    writer.add(key, message, decoded.rejects[decoded.records[i].reject]);
                else if (refused != work.refused.end() && refused->message == i)
                    writer.add(key, message, *refused);
                else
                    writer.add(key, message, *planned);
            }
        }
    }
    return control::copyDeadLetters(m_connection, writer.letters());
}

Result<bool> BatchTransaction::commit(std::span<TopicWork> works)
{
    std::size_t at = 0;
    for (const TopicWork& work : works) {
        for (const PartitionTally& tally : work.tallies) {
            if (!isActive(work))
                continue;
            auto position = advancePosition(m_positions[at], tally, work.messages());
            if (!position)
                return position.error();
            m_positions[at++] = std::move(*position);
        }
    }
    failpoint("commit.before_update");
    const std::string sql = commitBatchSql(m_positions);
    failpoint("commit.before_commit");
    const auto results = m_connection.execute(sql);
    if (!results)
        return answerCommitError(results.error());
    m_lockTime += std::chrono::microseconds(results->front().number(0, 1));
    failpoint("commit.after_commit");
    return true;
}

Result<bool> BatchTransaction::answerCommitError(const Error& error)
{
    if (m_connection.isBroken())
        return error;
    if (m_connection.lastError().message.find(positionsNotMet) != std::string::npos)
        return Error{Scope::Batch, Code::Internal, "the UPDATE did not meet every position",
                     error.origin};
    // COMMIT runs nothing of ours: data errors too come from deferred rules.
    const std::string sqlState = m_connection.lastError().sqlState;
    const bool isRule =
        sqlState.starts_with("22") || sqlState.starts_with("23") || error.code == Code::UserRule;
    if (isRule && !m_checksConstraints) {
        m_checksConstraints = true;
        return false;
    }
    return error;
}

void BatchTransaction::refresh(TopicWork& work, const Error& why)
{
    work.landing->forgetTable();
    work.refused.clear();
    work.isCareful = false;
    if (++work.refreshes > refreshesMax)
        work.aside = why;
}

} // namespace millrace::landing
