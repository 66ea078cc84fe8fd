// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/topic_landing.h"

#include <algorithm>
#include <random>
#include <thread>

namespace millrace::landing {

namespace {

/// Plans that were applied and asked for more: another lane's changes, a race lost.
constexpr int planRoundsMax = 8;

void pauseWithJitter()
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 60));
}

} // namespace

TopicLanding::TopicLanding(std::string topic, const Limits& limits)
    : m_topic(std::move(topic))
    , m_limits(limits)
    , m_decoder(limits)
    , m_planner(limits)
{
}

void TopicLanding::decode(std::span<const record::Message> messages, record::Decoded& decoded)
{
    m_messages = messages;
    m_decoded = &decoded;
    m_decoder.decode(messages, decoded);
    m_isPrepared = false;
}

void TopicLanding::forgetTable()
{
    m_table.reset();
    m_isPrepared = false;
}

Result<void> TopicLanding::prepare(postgres::Connection& connection, SchemaApplier& applier,
                                   int ddlTries)
{
    const bool hasRow = std::ranges::any_of(m_decoded->records, [](const record::Record& record) {
        return record.outcome == record::Outcome::Row;
    });
    m_plan = {};
    for (int round = 0; hasRow; ++round) {
        if (auto done = loadIfUnknown(connection, applier); !done)
            return done;
        m_plan = m_planner.plan(m_messages, *m_decoded, m_decoder.paths());
        if (m_plan.changes.empty())
            break;
        if (round == planRoundsMax)
            return Error{Scope::Batch, Code::RefreshSchema,
                         "the table keeps changing while it is planned for", "topic " + m_topic};
        if (auto done = applyPlan(applier, ddlTries); !done)
            return done;
    }
    decideFates();
    m_isPrepared = true;
    return {};
}

Result<void> TopicLanding::loadIfUnknown(postgres::Connection& connection, SchemaApplier& applier)
{
    if (m_table)
        return {};
    auto table = loadTable(connection, m_topic, m_limits);
    if (!table)
        return table.error();
    if (!table->repairSql.empty()) {
        auto repaired = applier.apply(m_topic, {}, m_ddlAttempt);
        if (!repaired)
            return repaired.error();
        table = std::move(repaired->state);
    }
    use(std::move(*table));
    return {};
}

Result<void> TopicLanding::applyPlan(SchemaApplier& applier, int ddlTries)
{
    for (int tries = 1;; ++tries) {
        auto applied = applier.apply(m_topic, m_plan.sightings, m_ddlAttempt);
        if (applied) {
            m_ddlAttempt = 0;
            m_schemaChanges += applied->changes;
            use(std::move(applied->state));
            return {};
        }
        if (applied.error().code != Code::LockTimeout)
            return applied.error();
        ++m_ddlAttempt;
        if (tries >= ddlTries)
            return applied.error();
        pauseWithJitter();
    }
}

void TopicLanding::use(TableState table)
{
    m_table = std::move(table);
    m_planner.use(m_table->schema);
}

void TopicLanding::decideFates()
{
    m_fates.resize(m_messages.size());
    for (std::size_t i = 0; i < m_fates.size(); ++i) {
        switch (m_decoded->records[i].outcome) {
        case record::Outcome::Row:
            m_fates[i] = Fate::Row;
            break;
        case record::Outcome::Reject:
            m_fates[i] = Fate::Dead;
            break;
        case record::Outcome::Tombstone:
            m_fates[i] = Fate::Skipped;
            break;
        }
    }
    for (const PlannedLetter& letter : m_plan.letters)
        m_fates[letter.message] = Fate::Dead;
    collectRows();
}

void TopicLanding::collectRows()
{
    m_rows.clear();
    for (std::uint32_t i = 0; i < m_fates.size(); ++i) {
        if (m_fates[i] == Fate::Row)
            m_rows.push_back(i);
    }
}

CopyJob TopicLanding::copyJob(Generation generation) const
{
    CopyJob job;
    job.table = m_table->table;
    job.schema = &m_table->schema;
    job.planner = &m_planner;
    job.paths = &m_decoder.paths();
    job.decoded = m_decoded;
    job.messages = m_messages;
    job.columns = m_plan.columns;
    job.rows = m_rows;
    job.generation = generation;
    return job;
}

} // namespace millrace::landing
