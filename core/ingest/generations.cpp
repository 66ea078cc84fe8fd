// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/generations.h"

namespace millrace::ingest {

namespace {

constexpr std::chrono::milliseconds watermarkTimeout{2'000};

/// Generations that are expected and lose nothing are told as information, the others alarm.
LogLevel levelOf(std::string_view reason)
{
    return reason == "first" || reason == "demo_restart" || reason == "accept_cluster"
               ? LogLevel::Info
               : LogLevel::Alarm;
}

} // namespace

void Generations::prepare(std::span<const kafka::TopicPartition> partitions)
{
    m_lows = m_consumer.lowWatermarks(partitions, watermarkTimeout);
}

Result<Offset> Generations::lowOf(const kafka::TopicPartition& where)
{
    if (const auto prepared = m_lows.extract(where))
        return prepared.mapped();
    const auto marks = m_consumer.watermarks(where, watermarkTimeout);
    if (!marks)
        return marks.error();
    return marks->low;
}

Result<Generation> Generations::begin(const control::TopicRow& row, const ClusterView& view,
                                      const std::string& reason)
{
    const auto listed = view.topics.find(row.topic);
    if (listed == view.topics.end() || listed->second.partitions == 0)
        return Error{Scope::Batch, Code::Retry, "the cluster does not list the topic yet",
                     "topic " + row.topic};
    control::NewGeneration wanted;
    wanted.topic = row.topic;
    wanted.after = row.generation;
    wanted.clusterId = view.identity;
    wanted.topicId = listed->second.topicId;
    wanted.reason = reason;
    for (int partition = 0; partition < listed->second.partitions; ++partition) {
        const auto low = lowOf({row.topic, PartitionId(partition)});
        if (!low)
            return low.error();
        wanted.partitions.push_back({PartitionId(partition), *low});
    }
    const auto made = control::beginGeneration(m_connection, wanted);
    if (!made)
        return made.error();
    const Generation begun = made->generation;
    if (made->isOurs)
        m_events.tell(&m_connection,
                      {.level = levelOf(reason),
                       .code = reason == "first" ? "topic_first_seen" : "topic_" + reason,
                       .topic = row.topic,
                       .generation = begun,
                       .partition = {},
                       .text = "generation " + std::to_string(begun.value) + " begins: " + reason});
    return begun;
}

Result<void> Generations::addPartitions(const control::TopicRow& row, Generation generation,
                                        const std::vector<PartitionId>& partitions)
{
    std::vector<control::FirstSight> sights;
    for (const PartitionId partition : partitions) {
        const auto low = lowOf({row.topic, partition});
        if (!low)
            return low.error();
        sights.push_back({partition, *low, true});
    }
    return control::insertPositions(m_connection, row.topic, generation, sights);
}

} // namespace millrace::ingest
