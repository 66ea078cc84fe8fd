// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/steward.h"

#include "core/base/text.h"
#include "core/control/migration.h"
#include "core/control/old_snapshot.h"
#include "core/control/worker.h"
#include "core/ingest/backoff.h"
#include "core/ingest/stoppable_wait.h"

#include <algorithm>
#include <tuple>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds readInterval = 500ms;
constexpr auto beatInterval = 1s;
constexpr auto houseInterval = 1h;
constexpr auto snapshotsInterval = 1min;
constexpr std::chrono::seconds snapshotAgeMax = 5min;
constexpr std::size_t partitionsShown = 64;
constexpr std::size_t reasonBytesMax = 80;
constexpr std::size_t figuresBytesMax = 16u << 10;
constexpr std::size_t topicsBytesMax = 6u << 10;

auto rulesOf(const control::TopicRow& row)
{
    return std::tie(row.topic, row.table, row.layout, row.contract, row.naming, row.wantedPause,
                    row.state, row.reason, row.generation, row.clusterId, row.topicId);
}

bool same(const std::vector<control::TopicRow>& a, const std::vector<control::TopicRow>& b)
{
    return std::ranges::equal(
        a, b, [](const auto& left, const auto& right) { return rulesOf(left) == rulesOf(right); });
}

void appendPartition(std::string& json, const PartitionFigures& figures)
{
    json += "{\"topic\":";
    appendJsonString(json, figures.where.topic);
    json += ",\"partition\":" + std::to_string(figures.where.partition.value);
    json += ",\"next_offset\":" + std::to_string(figures.nextOffset);
    if (figures.lagRecords)
        json += ",\"lag\":" + std::to_string(*figures.lagRecords);
    json += ",\"lag_seconds\":" + std::to_string(figures.lagSeconds);
    json += ",\"phase\":\"" + figures.phase + "\"";
    if (!figures.reason.empty()) {
        json += ",\"reason\":";
        appendJsonString(json, printable(figures.reason, reasonBytesMax));
    }
    json += "}";
}

/// {"orders":120.5}, the fastest first, within its share of the figures.
std::string topicsJson(const std::map<std::string, double>& rates)
{
    std::vector<std::pair<double, const std::string*>> moving;
    for (const auto& [topic, rate] : rates) {
        if (rate > 0)
            moving.emplace_back(rate, &topic);
    }
    std::ranges::stable_sort(moving, std::ranges::greater{},
                             [](const auto& one) { return one.first; });
    std::string json = "{";
    for (const auto& [rate, topic] : moving) {
        std::string entry = json.size() > 1 ? "," : "";
        appendJsonString(entry, *topic);
        entry += ":" + std::to_string(rate);
        if (json.size() + entry.size() >= topicsBytesMax)
            break;
        json += entry;
    }
    return json + "}";
}

} // namespace

std::string figuresJson(const std::vector<std::shared_ptr<const LaneStatus>>& lanes,
                        double rowsPerSecond, const std::map<std::string, double>& topicRates)
{
    LaneCounters sum;
    std::vector<const PartitionFigures*> partitions;
    std::string states;
    std::int64_t lag = 0;
    double lagSeconds = 0;
    for (const auto& lane : lanes) {
        sum.rows += lane->counters.rows;
        sum.dead += lane->counters.dead;
        sum.skipped += lane->counters.skipped;
        sum.batches += lane->counters.batches;
        sum.decodeSeconds += lane->counters.decodeSeconds;
        sum.encodeSeconds += lane->counters.encodeSeconds;
        sum.databaseSeconds += lane->counters.databaseSeconds;
        states += states.empty() ? "" : ",";
        appendJsonString(states, printable(lane->state, reasonBytesMax));
        for (const PartitionFigures& partition : lane->partitions) {
            partitions.push_back(&partition);
            lag += partition.lagRecords.value_or(0);
            lagSeconds = std::max(lagSeconds, partition.lagSeconds);
        }
    }
    std::ranges::stable_sort(partitions, std::ranges::greater{},
                             [](const auto* figures) { return figures->lagRecords.value_or(0); });
    std::string json =
        "{\"lanes\":[" + states + "],\"rows\":" + std::to_string(sum.rows) +
        ",\"dead\":" + std::to_string(sum.dead) + ",\"skipped\":" + std::to_string(sum.skipped) +
        ",\"batches\":" + std::to_string(sum.batches) +
        ",\"rows_per_second\":" + std::to_string(rowsPerSecond) +
        ",\"lag\":" + std::to_string(lag) + ",\"lag_seconds\":" + std::to_string(lagSeconds) +
        ",\"decode_seconds\":" + std::to_string(sum.decodeSeconds) +
        ",\"encode_seconds\":" + std::to_string(sum.encodeSeconds) +
        ",\"database_seconds\":" + std::to_string(sum.databaseSeconds) +
        ",\"topics\":" + topicsJson(topicRates) + ",\"partitions\":[";
    constexpr std::string_view end = "]}";
    for (std::size_t i = 0; i < partitions.size() && i < partitionsShown; ++i) {
        std::string entry = i == 0 ? "" : ",";
        appendPartition(entry, *partitions[i]);
        if (json.size() + entry.size() + end.size() > figuresBytesMax)
            break;
        json += entry;
    }
    return json.append(end);
}

void Steward::run(const std::stop_token& stop)
{
    m_stop = stop;
    int failures = 0;
    while (!stop.stop_requested()) {
        const auto done = work();
        failures = done ? 0 : failures + 1;
        if (failures == 1)
            log(LogLevel::Warning, "steward_waits", describe(done.error()));
        if (m_connection && m_connection->isBroken())
            m_connection.reset();
        waitFor(stop, done ? readInterval : backoff(failures, 200ms, 2s));
    }
    if (m_connection) [[maybe_unused]]
        const auto ended = control::endWorker(*m_connection, m_settings.instance);
}

Result<void> Steward::work()
{
    if (!m_connection) {
        std::unique_ptr<postgres::Connection> connection;
        const auto opened = openOwn(connection, m_settings.dsn,
                                    "millrace/" + m_settings.instance + "/steward", 10s, m_stop);
        if (!opened)
            return opened;
        // it may be the first time that the database answers at all
        if (auto migrated = control::migrate(*connection); !migrated)
            return migrated;
        m_connection = std::move(connection);
    }
    if (auto done = readTopics(); !done)
        return done;
    if (auto done = beat(); !done)
        return done;
    if (auto done = lookForOldSnapshots(); !done)
        return done;
    return keepHouse();
}

Result<void> Steward::readTopics()
{
    auto rows = control::loadTopics(*m_connection);
    if (!rows)
        return rows.error();
    std::erase_if(*rows, [&](const auto& row) { return !m_settings.matches(row.topic); });
    if (m_shared.topics.read() && same(*rows, m_rows))
        return {};
    m_rows = *rows;
    m_shared.topics.publish(std::move(*rows));
    return {};
}

Result<void> Steward::beat()
{
    const SteadyTime now = steadyNow();
    if (now < m_nextBeat)
        return {};
    m_nextBeat = now + beatInterval;
    const auto lanes = m_statuses();
    std::int64_t rows = 0;
    for (const auto& lane : lanes)
        rows += lane->counters.rows;
    const double elapsed = std::chrono::duration<double>(now - m_lastBeat).count();
    const double rate =
        m_lastBeat == SteadyTime{} ? 0 : static_cast<double>(rows - m_lastRows) / elapsed;
    m_lastRows = rows;
    m_lastBeat = now;
    const auto topicRates = m_topicRates.update(lanes, now);
    return control::beat(*m_connection, {m_settings.instance, m_settings.host, m_settings.version,
                                         figuresJson(lanes, rate, topicRates)});
}

Result<void> Steward::keepHouse()
{
    if (steadyNow() < m_nextHouse)
        return {};
    m_nextHouse = steadyNow() + houseInterval;
    return control::forgetOldRows(*m_connection);
}

Result<void> Steward::lookForOldSnapshots()
{
    if (steadyNow() < m_nextSnapshots)
        return {};
    m_nextSnapshots = steadyNow() + snapshotsInterval;
    const auto found = control::untoldSnapshots(*m_connection, snapshotAgeMax);
    if (!found)
        return found.error();
    for (const control::OldSnapshot& snapshot : *found)
        m_shared.events.tell(&*m_connection, control::eventOf(snapshot));
    return {};
}

} // namespace millrace::ingest
