// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/metrics.h"

#include "core/base/text.h"

#include <array>
#include <cstdio>
#include <set>
#include <string_view>

namespace millrace::http {

namespace {

/// Writes one family after another; a family's HELP and TYPE stand before its first sample.
class MetricsText
{
public:
    void family(std::string_view name, std::string_view type, std::string_view help)
    {
        m_name = name;
        m_text.append("# HELP ").append(name).append(" ").append(help).append("\n");
        m_text.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    }
    void sample(std::string_view labels, double value)
    {
        std::array<char, 32> number{};
        std::snprintf(number.data(), number.size(), "%.17g", value);
        m_text.append(m_name).append(labels).append(" ").append(number.data()).append("\n");
    }
    void sample(std::string_view labels, std::int64_t value)
    {
        m_text.append(m_name).append(labels).append(" ");
        m_text.append(std::to_string(value)).append("\n");
    }
    [[nodiscard]] std::string take() { return std::move(m_text); }

private:
    std::string m_name;
    std::string m_text;
};

std::string label(std::string_view name, std::string_view value)
{
    std::string text = "{" + std::string(name) + "=";
    appendJsonString(text, printable(value)); // escapes what the text format escapes
    return text + "}";
}

struct TopicMetric
{
    std::string_view name;
    std::string_view type;
    std::string_view help;
    std::int64_t TopicFigures::*figure;
};

constexpr std::array topicMetrics = {
    TopicMetric{"millrace_topic_rows_total", "counter", "Records that became rows",
                &TopicFigures::rows},
    TopicMetric{"millrace_topic_dead_letters", "gauge",
                "Records that are dead letters; a replay takes them away", &TopicFigures::dead},
    TopicMetric{"millrace_topic_skipped_total", "counter", "Records skipped under a named rule",
                &TopicFigures::skipped},
    TopicMetric{"millrace_topic_gap_total", "counter",
                "Offsets lost upstream before they were read", &TopicFigures::gap},
    TopicMetric{"millrace_topic_holes_total", "counter",
                "Offsets at which the broker has no record", &TopicFigures::holes},
    TopicMetric{"millrace_topic_consumed_bytes_total", "counter",
                "Bytes of keys and values consumed", &TopicFigures::bytes},
    TopicMetric{"millrace_topic_generation", "gauge", "Generation of the topic, from 1",
                &TopicFigures::generation},
    TopicMetric{"millrace_topic_partitions", "gauge", "Partitions with a position",
                &TopicFigures::partitions},
    TopicMetric{"millrace_topic_stopped_partitions", "gauge",
                "Partitions that wait for an operator", &TopicFigures::stoppedPartitions},
};

void writeTopics(MetricsText& text, const std::vector<TopicFigures>& topics)
{
    for (const TopicMetric& metric : topicMetrics) {
        text.family(metric.name, metric.type, metric.help);
        for (const TopicFigures& topic : topics)
            text.sample(label("topic", topic.topic), topic.*metric.figure);
    }
    text.family("millrace_topic_balanced", "gauge", "1 while both sides of the balance agree");
    for (const TopicFigures& topic : topics)
        text.sample(label("topic", topic.topic), std::int64_t{topic.balanced});
    text.family("millrace_topic_running", "gauge",
                "1 while the topic is neither paused nor halted");
    for (const TopicFigures& topic : topics)
        text.sample(label("topic", topic.topic), std::int64_t{topic.state == "running"});
    text.family("millrace_topic_lag_records", "gauge", "Records that are not yet rows");
    for (const TopicFigures& topic : topics) {
        if (topic.lagRecords)
            text.sample(label("topic", topic.topic), *topic.lagRecords);
    }
    text.family("millrace_topic_lag_seconds", "gauge", "Age of the newest row while behind");
    for (const TopicFigures& topic : topics) {
        if (topic.lagSeconds)
            text.sample(label("topic", topic.topic), *topic.lagSeconds);
    }
}

void writeLanes(MetricsText& text, const std::vector<LaneFigures>& lanes)
{
    text.family("millrace_lane_healthy", "gauge", "1 while the lane ingests");
    for (const LaneFigures& lane : lanes)
        text.sample(label("lane", std::to_string(lane.lane)), std::int64_t{lane.healthy});
    std::set<std::string> names;
    for (const LaneFigures& lane : lanes) {
        for (const auto& [name, value] : lane.counters)
            names.insert(name);
    }
    for (const std::string& name : names) {
        text.family("millrace_lane_" + name, "counter", "Since this process started");
        for (const LaneFigures& lane : lanes) {
            if (const auto found = lane.counters.find(name); found != lane.counters.end())
                text.sample(label("lane", std::to_string(lane.lane)), found->second);
        }
    }
}

void writeCache(MetricsText& text, const CacheFigures& cache)
{
    text.family("millrace_result_cache_total", "counter", "Questions asked of the result cache");
    text.sample(label("result", "hit"), cache.hits);
    text.sample(label("result", "miss"), cache.misses);
    text.sample(label("result", "client"), cache.clients);
    text.family("millrace_result_cache_bytes", "gauge", "Memory of the answers it keeps");
    text.sample("", cache.bytes);
}

} // namespace

Response metrics(const Live& live, const Snapshot& snapshot)
{
    MetricsText text;
    text.family("millrace_build_info", "gauge", "Version of this program");
    text.sample(label("version", MILLRACE_VERSION), std::int64_t{1});
    text.family("millrace_ready", "gauge", "1 while this process is ready");
    text.sample("", std::int64_t{live.ready});
    text.family("millrace_database_up", "gauge", "1 while the database answers");
    text.sample("", std::int64_t{snapshot.reachable});
    text.family("millrace_workers", "gauge", "Workers that have beaten within 10 seconds");
    text.sample("", static_cast<std::int64_t>(snapshot.workers.size()));
    text.family("millrace_open_alarms", "gauge", "Alarms that nobody has acknowledged");
    text.sample("", snapshot.openAlarms);
    text.family("millrace_alarms_total", "counter", "Alarms of this process by code");
    for (const auto& [code, count] : live.alarms)
        text.sample(label("code", code), count);
    writeTopics(text, snapshot.topics);
    writeLanes(text, live.lanes);
    writeCache(text, live.cache);
    Response response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = text.take();
    return response;
}

} // namespace millrace::http
