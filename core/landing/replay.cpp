// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/replay.h"

#include "core/landing/batch_transaction_sql.h"
#include "core/landing/row_encoder.h"
#include "core/landing/schema_applier.h"
#include "core/landing/table_catalogue_sql.h"
#include "core/landing/topic_landing.h"

#include <algorithm>
#include <map>
#include <optional>

namespace millrace::landing {

namespace {

constexpr int lettersPerStepMax = 1'000;
constexpr int roundsMax = 5; // layouts and letters that change under the step

using Letters = std::vector<control::StoredLetter>;

} // namespace

struct Replay::State
{
    State(postgres::Connection& theConnection, LandingSettings theSettings)
        : connection(theConnection)
        , settings(std::move(theSettings))
        , applier(connection, {settings.dataSchema, settings.brinIndex, settings.limits})
        , encoder(settings.limits)
    {
    }

    /// The letters that are rows now; nothing when somebody changed letters or table under it.
    Result<std::optional<std::int64_t>> land(const std::string& topic, const Letters& letters);
    Result<std::optional<std::int64_t>> transact(const Letters& letters);
    void makeMessages(const Letters& letters);
    Result<bool> lockTable();
    Result<void> copyRows();
    Result<bool> settle(const Letters& letters);

    postgres::Connection& connection;
    LandingSettings settings;
    SchemaApplier applier;
    RowEncoder encoder;
    std::optional<TopicLanding> landing;

    std::vector<record::Message> messages; ///< of letters whose whole value is stored
    std::vector<std::size_t> letterOf;     ///< by message
    std::vector<Generation> generations;
    std::vector<std::string> headersJson;
    record::Decoded decoded;
};

Replay::Replay(postgres::Connection& connection, LandingSettings settings)
    : m_state(std::make_unique<State>(connection, std::move(settings)))
{
}

Replay::~Replay() = default;

Result<Replay::Step> Replay::step(const control::LetterSelection& selection,
                                  const control::LetterCursor& after)
{
    for (int round = 0; round < roundsMax; ++round) {
        const auto letters =
            control::loadOpenLetters(m_state->connection, selection, after, lettersPerStepMax);
        if (!letters)
            return letters.error();
        if (letters->empty())
            return Step{0, 0, after, true};
        const auto replayed = m_state->land(selection.topic, *letters);
        if (!replayed) {
            m_state->connection.rollback();
            return replayed.error();
        }
        if (!*replayed) {
            m_state->connection.rollback();
            continue;
        }
        const control::StoredLetter& last = letters->back();
        return Step{**replayed,
                    std::ssize(*letters) - **replayed,
                    {last.key.generation, last.key.partition, last.offset},
                    false};
    }
    return Error{Scope::Batch, Code::Retry, "letters or table keep changing under the replay",
                 "topic " + selection.topic};
}

Result<std::optional<std::int64_t>> Replay::State::land(const std::string& topic,
                                                        const Letters& letters)
{
    if (!landing || landing->topic() != topic)
        landing.emplace(topic, settings.limits);
    makeMessages(letters);
    landing->decode(messages, decoded);
    if (auto done = landing->prepare(connection, applier, SchemaApplier::shortTriesMax + 1); !done)
        return done.error();
    if (!landing->hasRows())
        return std::optional<std::int64_t>(0);
    return transact(letters);
}

void Replay::State::makeMessages(const Letters& letters)
{
    messages.clear();
    letterOf.clear();
    generations.clear();
    headersJson.clear();
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const control::StoredLetter& letter = letters[i];
        if (letter.truncated || !letter.value)
            continue;
        record::Message& message = messages.emplace_back();
        message.partition = letter.key.partition;
        message.offset = letter.offset;
        message.timestampMs = letter.recordTimeMs;
        message.hasKey = letter.keyBytes.has_value();
        message.key = message.hasKey ? std::string_view(*letter.keyBytes) : std::string_view();
        message.hasValue = true;
        message.value = *letter.value;
        letterOf.push_back(i);
        generations.push_back(letter.key.generation);
        headersJson.push_back(letter.headersJson);
    }
}

/// Locks in the order of every commit: positions, then the table.
Result<std::optional<std::int64_t>> Replay::State::transact(const Letters& letters)
{
    std::vector<control::PositionKey> keys;
    for (const control::StoredLetter& letter : letters) {
        if (keys.empty() || keys.back() != letter.key)
            keys.push_back(letter.key);
    }
    if (const auto begun = connection.execute(beginBatchSql(keys, settings.limits.dataLockTimeout));
        !begun)
        return begun.error();
    const auto isAsPlanned = lockTable();
    if (!isAsPlanned)
        return isAsPlanned.error();
    if (!*isAsPlanned) {
        landing->forgetTable();
        return std::optional<std::int64_t>();
    }
    if (auto copied = copyRows(); !copied)
        return copied.error();
    const auto rows = std::ranges::count(landing->fates(), Fate::Row);
    const auto settled = settle(letters);
    if (!settled)
        return settled.error();
    if (!*settled)
        return std::optional<std::int64_t>();
    if (const auto done = connection.execute("COMMIT"); !done)
        return done.error();
    return std::optional<std::int64_t>(rows);
}

Result<bool> Replay::State::lockTable()
{
    const TableState& table = landing->table();
    const auto rows = connection.execute(
        lockTablesSql(std::span(&table.table, 1), std::span(&table.layout.oid, 1),
                      settings.limits.tableLockTimeout, settings.limits.dataLockTimeout));
    if (!rows)
        return rows.error();
    const std::vector<Layout> layouts = readLayouts(rows->back());
    return layouts.size() == 1 && layouts.front() == table.layout;
}

/// Letters come from what once failed: carefully from the start, and those refused again stay open.
Result<void> Replay::State::copyRows()
{
    TableCopy copy(connection, encoder);
    CopyJob job = landing->copyJob(Generation());
    job.generations = generations;
    job.headersJson = headersJson;
    const auto refused = copy.copyCarefully(job, lettersPerStepMax);
    if (!refused)
        return refused.error();
    for (const RefusedRow& row : *refused)
        landing->fates()[row.message] = Fate::Dead;
    return {};
}

/// False: not every letter was open any more.
Result<bool> Replay::State::settle(const Letters& letters)
{
    Letters landed;
    std::map<control::PositionKey, std::int64_t> counts;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (landing->fates()[i] != Fate::Row)
            continue;
        const control::StoredLetter& letter = letters[letterOf[i]];
        landed.push_back({letter.key, letter.offset, {}, {}, false, {}, -1});
        ++counts[letter.key];
    }
    const auto marked = control::markReplayed(connection, landed);
    if (!marked)
        return marked.error();
    if (*marked != std::ssize(landed))
        return false;
    for (const auto& [key, count] : counts) {
        if (auto done = control::moveDeadToRows(connection, key, count); !done)
            return done.error();
    }
    return true;
}

} // namespace millrace::landing
