// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/committer.h"

#include "core/base/clock.h"
#include "core/landing/batch_transaction.h"
#include "core/landing/row_encoder.h"
#include "core/landing/schema_applier.h"
#include "core/landing/topic_landing.h"

#include <algorithm>

namespace millrace::landing {

namespace {

/// A topic alone in its batch waits for its table; beside others it tries once and steps aside.
constexpr int ddlTriesAlone = SchemaApplier::shortTriesMax + 1;
constexpr std::size_t decodedKeepBytesMax = 16u << 20;

std::chrono::microseconds since(SteadyTime begun)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(steadyNow() - begun);
}

std::size_t capacityBytes(const record::Decoded& decoded)
{
    return decoded.cells.capacity() * sizeof(record::Cell) +
           decoded.records.capacity() * sizeof(record::Record) +
           decoded.loose.capacity() * sizeof(record::LooseValue);
}

/// The others of the batch may go on without this topic.
bool concernsOneTopic(const Error& error)
{
    if (error.scope == Scope::Connection || error.scope == Scope::Process)
        return false;
    switch (error.code) {
    case Code::UserRule:
    case Code::LockTimeout:
    case Code::RefreshSchema:
    case Code::TableLimit:
    case Code::NotFound:
        return true;
    case Code::WaitForOperator:
        return error.origin.starts_with("42501"); // privilege
    default:
        return false;
    }
}

} // namespace

struct Committer::State
{
    State(postgres::Connection& theConnection, LandingSettings theSettings)
        : connection(theConnection)
        , settings(std::move(theSettings))
        , applier(connection, {settings.dataSchema, settings.brinIndex, settings.limits})
        , encoder(settings.limits)
    {
    }

    TopicLanding& landingOf(const std::string& topic);
    Result<std::vector<TopicWork>> worksOf(const BatchToLand& batch);
    void decode(const BatchToLand& batch, std::span<TopicWork> works);
    Result<void> prepare(std::span<TopicWork> works);
    Result<void> prepareOne(TopicWork& work, int ddlTries);
    void fill(Committed& committed, std::span<TopicWork> works,
              const BatchTransaction& transaction);
    void shrink();

    postgres::Connection& connection;
    LandingSettings settings;
    SchemaApplier applier;
    RowEncoder encoder;
    std::map<std::string, TopicLanding, std::less<>> topics;
    std::deque<record::Decoded> decoded; ///< one a slice, reused
};

Committer::Committer(postgres::Connection& connection, LandingSettings settings)
    : m_state(std::make_unique<State>(connection, std::move(settings)))
{
}

Committer::~Committer() = default;

void Committer::forget(const std::string& topic)
{
    if (const auto found = m_state->topics.find(topic); found != m_state->topics.end())
        found->second.forgetTable();
}

Result<Committed> Committer::land(const BatchToLand& batch)
{
    auto works = m_state->worksOf(batch);
    if (!works)
        return works.error();
    Committed committed;
    SteadyTime begun = steadyNow();
    m_state->decode(batch, *works);
    committed.decodeTime = since(begun);

    begun = steadyNow();
    const std::int64_t spilledBefore = m_state->encoder.spilledValues();
    BatchTransaction transaction(m_state->connection, m_state->encoder, m_state->settings.limits);
    for (;;) {
        if (auto done = m_state->prepare(*works); !done)
            return done.error();
        if (std::ranges::all_of(*works,
                                [](const TopicWork& work) { return work.aside.has_value(); }))
            break;
        const auto done = transaction.run(*works);
        if (!done)
            return done.error();
        if (*done)
            break;
    }
    committed.encodeTime = transaction.encodeTime();
    committed.databaseTime = since(begun) - committed.encodeTime;
    committed.lockAndUpdateTime = transaction.lockAndUpdateTime();
    committed.spilledValues = m_state->encoder.spilledValues() - spilledBefore;
    m_state->fill(committed, *works, transaction);
    m_state->shrink();
    return committed;
}

TopicLanding& Committer::State::landingOf(const std::string& topic)
{
    const auto found = topics.find(topic);
    if (found != topics.end())
        return found->second;
    return topics.try_emplace(topic, topic, settings.limits).first->second;
}

/// One work a topic, sorted: slices and advances both are.
Result<std::vector<TopicWork>> Committer::State::worksOf(const BatchToLand& batch)
{
    std::vector<TopicWork> works;
    auto slice = batch.slices.begin();
    for (auto begin = batch.advances.begin(); begin != batch.advances.end();) {
        const control::PositionKey& key = begin->held.key;
        const auto end = std::find_if(begin, batch.advances.end(), [&](const auto& advance) {
            return advance.held.key.topic != key.topic ||
                   advance.held.key.generation != key.generation;
        });
        TopicWork work;
        work.topic = key.topic;
        work.generation = key.generation;
        work.advances = {begin, end};
        if (slice != batch.slices.end() && slice->topic == key.topic &&
            slice->generation == key.generation) {
            work.landing = &landingOf(key.topic);
            ++slice;
        }
        works.push_back(std::move(work));
        begin = end;
    }
    if (slice != batch.slices.end())
        return Error{Scope::Batch, Code::Internal,
                     "a slice of the batch has no partition that advances",
                     "topic " + slice->topic};
    return works;
}

void Committer::State::decode(const BatchToLand& batch, std::span<TopicWork> works)
{
    auto slice = batch.slices.begin();
    auto into = decoded.begin();
    for (TopicWork& work : works) {
        if (work.landing == nullptr)
            continue;
        if (into == decoded.end())
            into = decoded.emplace(decoded.end());
        work.landing->decode((slice++)->messages, *into++);
    }
}

Result<void> Committer::State::prepare(std::span<TopicWork> works)
{
    const auto others =
        std::ranges::count_if(works, [](const TopicWork& work) { return work.landing != nullptr; });
    for (TopicWork& work : works) {
        if (work.aside)
            continue;
        auto done = prepareOne(work, others > 1 ? 1 : ddlTriesAlone);
        if (done)
            continue;
        connection.rollback();
        if (connection.isBroken() || !concernsOneTopic(done.error()))
            return done;
        work.aside = done.error();
    }
    return {};
}

Result<void> Committer::State::prepareOne(TopicWork& work, int ddlTries)
{
    if (work.landing == nullptr ? !work.tallies.empty() : work.landing->isPrepared())
        return {};
    std::vector<Fate> none;
    if (work.landing != nullptr) {
        if (auto done = work.landing->prepare(connection, applier, ddlTries); !done)
            return done;
    }
    auto tallies = tally(work.messages(), work.landing == nullptr ? none : work.landing->fates(),
                         work.advances, settings.limits.deadRunMax);
    if (!tallies)
        return tallies.error();
    work.tallies = std::move(*tallies);
    if (work.landing != nullptr)
        work.landing->collectRows();
    return {};
}

void Committer::State::fill(Committed& committed, std::span<TopicWork> works,
                            const BatchTransaction& transaction)
{
    committed.positions = transaction.positions();
    bool anyLanded = false;
    for (TopicWork& work : works) {
        if (work.landing != nullptr)
            committed.schemaChanges += work.landing->takeSchemaChanges();
        if (work.aside) {
            committed.aside.push_back({work.topic, *work.aside});
            continue;
        }
        anyLanded = true;
        if (work.landing != nullptr) {
            committed.duplicateKeys +=
                static_cast<std::int64_t>(work.landing->decoded().duplicateKeys);
            committed.byteOrderMarks +=
                static_cast<std::int64_t>(work.landing->decoded().byteOrderMarks);
        }
        for (const PartitionTally& tally : work.tallies) {
            committed.rows += tally.rows;
            committed.dead += tally.dead;
            committed.skipped += tally.skipped;
            if (tally.end > tally.begin)
                committed.outcomes.push_back(
                    {tally.advance->held.key, tally.rows, tally.dead, tally.deadRun, tally.cut});
        }
    }
    if (!anyLanded)
        committed.positions.clear();
}

/// One very large batch must not stay in memory for ever.
void Committer::State::shrink()
{
    std::size_t kept = 0;
    for (record::Decoded& one : decoded) {
        kept += capacityBytes(one);
        if (kept > decodedKeepBytesMax)
            one = {};
    }
}

} // namespace millrace::landing
