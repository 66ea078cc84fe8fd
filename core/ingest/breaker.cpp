// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/breaker.h"

namespace millrace::ingest {

namespace {

constexpr std::int64_t windowRecords = 10'000;
constexpr std::int64_t deadPercentMax = 99;

} // namespace

std::string Breaker::count(const kafka::TopicPartition& where, std::int64_t rows, std::int64_t dead,
                           std::int64_t deadRun)
{
    std::int64_t& run = m_runs[where];
    run = rows == 0 ? run + deadRun : deadRun;

    Window& window = m_windows[where.topic];
    window.shares.push_back({rows + dead, dead});
    window.records += rows + dead;
    window.dead += dead;
    while (window.records - window.shares.front().records >= windowRecords) {
        window.records -= window.shares.front().records;
        window.dead -= window.shares.front().dead;
        window.shares.pop_front();
    }
    if (run >= m_limits.deadRunMax)
        return std::to_string(run) + " consecutive records of partition " +
               std::to_string(where.partition.value) + " are dead letters";
    if (window.records >= windowRecords && window.dead * 100 >= window.records * deadPercentMax)
        return std::to_string(window.dead) + " of the last " + std::to_string(window.records) +
               " records are dead letters";
    return {};
}

void Breaker::forget(const std::string& topic)
{
    m_windows.erase(topic);
    std::erase_if(m_runs, [&](const auto& entry) { return entry.first.topic == topic; });
}

std::int64_t Breaker::run(const kafka::TopicPartition& where) const
{
    const auto found = m_runs.find(where);
    return found == m_runs.end() ? 0 : found->second;
}

} // namespace millrace::ingest
