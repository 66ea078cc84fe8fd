// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/health.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

namespace millrace::http {

namespace {

using Json = nlohmann::ordered_json;

template<class Number>
Json orNull(const std::optional<Number>& number)
{
    return number ? Json(*number) : Json(nullptr);
}

Json topicJson(const TopicFigures& topic)
{
    return {{"topic", printable(topic.topic)},
            {"table", topic.table.empty() ? Json(nullptr) : Json(printable(topic.table))},
            {"state", topic.state},
            {"reason", printable(topic.reason)},
            {"generation", topic.generation},
            {"partitions", topic.partitions},
            {"stopped_partitions", topic.stoppedPartitions},
            {"rows", topic.rows},
            {"dead", topic.dead},
            {"skipped", topic.skipped},
            {"gap", topic.gap},
            {"holes", topic.holes},
            {"served", topic.served},
            {"balanced", topic.balanced},
            {"lag", orNull(topic.lagRecords)},
            {"lag_seconds", orNull(topic.lagSeconds)},
            {"rows_per_second", orNull(topic.rowsPerSecond)}};
}

Json reasonsOf(const Live& live, const Snapshot& snapshot)
{
    Json reasons = Json::array();
    for (const std::string& reason : live.reasons)
        reasons.push_back(printable(reason));
    if (!live.ready && reasons.empty())
        reasons.push_back("the engine is starting");
    if (!snapshot.reachable)
        reasons.push_back("the database does not answer: " + printable(snapshot.trouble));
    for (const TopicFigures& topic : snapshot.topics) {
        if (!topic.balanced)
            reasons.push_back("topic " + printable(topic.topic) + " is out of balance");
    }
    return reasons;
}

} // namespace

Response health(const std::string& instance, const Live& live, const Snapshot& snapshot)
{
    const Json reasons = reasonsOf(live, snapshot);
    bool balanced = snapshot.reachable;
    Json topics = Json::array();
    for (const TopicFigures& topic : snapshot.topics) {
        topics.push_back(topicJson(topic));
        balanced = balanced && topic.balanced;
    }
    Json workers = Json::array();
    for (const WorkerFigures& worker : snapshot.workers)
        workers.push_back({{"instance", printable(worker.instance)},
                           {"version", printable(worker.version)},
                           {"beat_age_seconds", worker.beatAgeSeconds}});
    Json lanes = Json::array();
    for (const LaneFigures& lane : live.lanes)
        lanes.push_back(
            {{"lane", lane.lane}, {"state", printable(lane.state)}, {"healthy", lane.healthy}});
    Response response;
    response.status = reasons.empty() ? 200 : 503;
    response.body = Json{{"version", MILLRACE_VERSION},
                         {"instance", instance},
                         {"ready", reasons.empty()},
                         {"live", true},
                         {"access", live.access},
                         {"reasons", reasons},
                         {"balance", snapshot.reachable ? Json(balanced) : Json(nullptr)},
                         {"open_alarms", snapshot.openAlarms},
                         {"topics", topics},
                         {"workers", workers},
                         {"lanes", lanes}}
                        .dump() +
                    "\n";
    return response;
}

Response healthInShort(const Live& live, const Snapshot& snapshot)
{
    const bool isReady = reasonsOf(live, snapshot).empty();
    Response response;
    response.status = isReady ? 200 : 503;
    response.body = Json{{"ready", isReady}, {"live", true}}.dump() + "\n";
    return response;
}

} // namespace millrace::http
