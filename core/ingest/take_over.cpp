// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/take_over.h"

#include "core/base/failpoint.h"

namespace millrace::ingest {

namespace {

constexpr std::chrono::milliseconds retrySoon{200};
constexpr std::chrono::milliseconds watermarkTimeout{2'000};

/// Trouble of one topic: it waits, the others go on. Trouble of the connection ends the whole
/// attempt.
bool isOfOneTopic(const Error& error)
{
    return error.scope == Scope::Batch &&
           (error.code == Code::Retry || error.code == Code::LockTimeout ||
            error.code == Code::NotFound);
}

bool isOtherCluster(const control::TopicRow& row, const ClusterView& view)
{
    return !row.clusterId.empty() && !view.identity.empty() && row.clusterId != view.identity;
}

} // namespace

Result<void> TakeOver::take(const std::vector<PartitionCursor*>& due, const ClusterView& view)
{
    std::map<std::string, Cursors> byTopic;
    for (PartitionCursor* cursor : due)
        byTopic[cursor->where().topic].push_back(cursor);
    const auto rows = control::loadTopics(m_connection);
    if (!rows)
        return rows.error();
    prepareNew(*rows, byTopic, view);
    for (const control::TopicRow& row : *rows) {
        const auto wanted = byTopic.find(row.topic);
        if (wanted == byTopic.end())
            continue;
        const auto taken = takeTopic(row, wanted->second, view);
        if (!taken && !isOfOneTopic(taken.error()))
            return taken.error();
        for (PartitionCursor* cursor : wanted->second) {
            if (cursor->phase() == Phase::Taking)
                cursor->forget(steadyNow() + retrySoon);
        }
        if (!taken)
            log(LogLevel::Info, "take_over_waits", describe(taken.error()), {{"topic", row.topic}});
    }
    return {};
}

/// Topics without a generation: hundreds may be met at once, at the first start.
void TakeOver::prepareNew(std::span<const control::TopicRow> rows,
                          const std::map<std::string, Cursors>& wanted, const ClusterView& view)
{
    std::vector<kafka::TopicPartition> partitions;
    for (const control::TopicRow& row : rows) {
        const auto listed = view.topics.find(row.topic);
        if (row.generation.value != 0 || !wanted.contains(row.topic) || listed == view.topics.end())
            continue;
        for (int partition = 0; partition < listed->second.partitions; ++partition)
            partitions.push_back({row.topic, PartitionId(partition)});
    }
    m_generations.prepare(partitions);
}

Result<void> TakeOver::takeTopic(control::TopicRow row, const Cursors& cursors,
                                 const ClusterView& view)
{
    if (auto accepted = acceptOtherCluster(row, view); !accepted)
        return accepted.error();
    const auto allowed = mayRun(row, cursors);
    if (!allowed || !*allowed)
        return allowed ? Result<void>{} : allowed.error();
    const auto settled = settleGeneration(row, view);
    if (!settled || !*settled)
        return settled ? Result<void>{} : settled.error();
    const auto listed = view.topics.find(row.topic);
    const bool topicIdDiffers = listed != view.topics.end() && !row.topicId.empty() &&
                                !listed->second.topicId.empty() &&
                                listed->second.topicId != row.topicId;
    return hand(row, cursors, topicIdDiffers);
}

/// --accept-cluster is a person's word: it starts a topic again that halted because of its cluster.
Result<void> TakeOver::acceptOtherCluster(control::TopicRow& row, const ClusterView& view)
{
    if (!m_settings.acceptCluster || row.wantedPause || row.state != control::TopicState::Halted ||
        !isOtherCluster(row, view))
        return {};
    if (auto told = control::setWanted(m_connection, row.topic, false); !told)
        return told.error();
    row.state = control::TopicState::Running;
    row.reason.clear();
    return {};
}

Result<bool> TakeOver::mayRun(const control::TopicRow& row, const Cursors& cursors)
{
    if (!row.wantedPause && row.state != control::TopicState::Halted)
        return true;
    for (PartitionCursor* cursor : cursors)
        cursor->pause(row.wantedPause ? "paused as wanted" : row.reason);
    if (row.wantedPause && row.state != control::TopicState::Halted) {
        const auto told =
            control::tellPaused(m_connection, row.topic, m_settings.limits.tableLockTimeout);
        if (!told)
            return told.error();
    }
    return false;
}

Result<bool> TakeOver::settleGeneration(control::TopicRow& row, const ClusterView& view)
{
    std::string reason;
    if (row.generation.value == 0) {
        reason = "first";
    } else if (isOtherCluster(row, view)) {
        if (!m_settings.demo && !m_settings.acceptCluster) {
            const std::string why = "this is another cluster (" + view.identity + ", so far " +
                                    row.clusterId + "); start with --accept-cluster to go on";
            const auto halted =
                m_events.topicState(m_connection, row.topic, control::TopicState::Halted, why);
            return halted ? Result<bool>(false) : Result<bool>(halted.error());
        }
        reason = m_settings.demo ? "demo_restart" : "accept_cluster";
    } else {
        return true;
    }
    const auto made = m_generations.begin(row, view, reason);
    if (!made)
        return made.error();
    row.generation = *made;
    row.topicId.clear();
    return true;
}

Result<std::vector<control::Position>>
TakeOver::lock(const std::vector<control::PositionKey>& keys,
               const std::vector<control::PositionKey>& again)
{
    const int timeoutMs = static_cast<int>(m_settings.limits.takeOverLockTimeout.count());
    auto taken = control::takeOver(m_connection, keys, m_settings.owner, timeoutMs, again);
    if (taken || taken.error().code != Code::LockTimeout)
        return taken;
    postgres::ConnectOptions options;
    options.applicationName = m_settings.owner + "/second";
    auto second = postgres::Connection::open(m_settings.dsn, options);
    if (!second)
        return second.error();
    const auto ended = control::terminateBlockers(*second, keys);
    if (!ended)
        return ended.error();
    m_events.tell(&*second, {.level = LogLevel::Warning,
                             .code = "zombie_terminated",
                             .topic = keys.front().topic,
                             .generation = keys.front().generation,
                             .partition = {},
                             .text = std::to_string(*ended) +
                                     " stopped session(s) held the positions and were ended"});
    return control::takeOver(m_connection, keys, m_settings.owner, timeoutMs, again);
}

Result<void> TakeOver::hand(const control::TopicRow& row, const Cursors& cursors,
                            bool topicIdDiffers)
{
    std::map<PartitionId, PartitionCursor*> waiting;
    for (PartitionCursor* cursor : cursors)
        waiting[cursor->where().partition] = cursor;
    for (int round = 0; round < 2 && !waiting.empty(); ++round) {
        std::vector<control::PositionKey> keys;
        std::vector<control::PositionKey> again;
        for (const auto& [partition, cursor] : waiting) {
            keys.push_back({row.topic, row.generation, partition});
            if (cursor->wasTried())
                again.push_back(keys.back());
            cursor->trying();
        }
        auto positions = lock(keys, again);
        if (!positions)
            return positions.error();
        failpoint("takeover.after_lock");
        for (control::Position& position : *positions) {
            const auto found = waiting.find(position.key.partition);
            if (found == waiting.end())
                continue;
            if (auto given = give(*found->second, std::move(position), topicIdDiffers); !given)
                return given;
            waiting.erase(found);
        }
        std::vector<PartitionId> fresh;
        for (const auto& [partition, cursor] : waiting)
            fresh.push_back(partition);
        if (round == 0 && !fresh.empty()) {
            if (auto added = m_generations.addPartitions(row, row.generation, fresh); !added)
                return added.error();
        }
    }
    return {};
}

Result<void> TakeOver::give(PartitionCursor& cursor, control::Position position,
                            bool topicIdDiffers)
{
    if (position.state == control::PartitionState::Stopped) {
        cursor.stop(position.reason);
        return {};
    }
    const std::int64_t fruitless = position.ownerEpoch - position.epochAtProgress;
    const bool suspected = fruitless >= m_settings.limits.epochsWithoutProgressMax;
    if (fruitless >= 2 * m_settings.limits.epochsWithoutProgressMax) {
        const auto stopped = stopPoison(cursor, position);
        if (!stopped || *stopped)
            return stopped ? Result<void>{} : Result<void>{stopped.error()};
    }
    cursor.take(std::move(position));
    if (suspected)
        cursor.suspectPoison();
    if (topicIdDiffers)
        cursor.judging(steadyNow());
    return {};
}

Result<bool> TakeOver::stopPoison(PartitionCursor& cursor, const control::Position& position)
{
    const auto marks = m_consumer.watermarks(cursor.where(), watermarkTimeout);
    if (!marks || marks->high <= position.nextOffset)
        return false;
    const std::string why = "offset " + std::to_string(position.nextOffset.value) +
                            " was given to " +
                            std::to_string(position.ownerEpoch - position.epochAtProgress) +
                            " workers that all died before it landed";
    m_events.tell(&m_connection, {.level = LogLevel::Alarm,
                                  .code = "poison_offset",
                                  .topic = cursor.where().topic,
                                  .generation = position.key.generation,
                                  .partition = cursor.where().partition,
                                  .text = why});
    auto done = control::setPartitionState(m_connection, position.key,
                                           control::PartitionState::Stopped, why);
    if (!done)
        return done.error();
    cursor.stop(why);
    return true;
}

} // namespace millrace::ingest
