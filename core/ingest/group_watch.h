// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/lane.h"
#include "core/kafka/group_view.h"

#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace::ingest {

/// Partitions of these topics that the cluster has and no member of the group; none while the group
/// is in a rebalance.
[[nodiscard]] std::set<kafka::TopicPartition>
unassignedOf(const std::vector<control::TopicRow>& topics, const ClusterView& cluster,
             const kafka::GroupView& group);

/// Sees to it that every partition has a reader. A member that dies between the two rounds in which
/// the cooperative protocol moves a partition, and is back within the session time-out, gets the
/// assignment of the first round again: static members are taken back without a rebalance, and the
/// partition belongs to nobody until something else changes (measured with Kafka 4.1). Two looks
/// that find the same make a member without an id join for a moment: that is a rebalance. Where it
/// does not help, it is tried less and less often. Of the processes in the group the first by name
/// does it. A thread of its own.
class GroupWatch
{
public:
    struct Settings
    {
        kafka::ClientSettings client;
        std::string group;
        std::string instance;
    };
    GroupWatch(Settings settings, Shared& shared)
        : m_settings(std::move(settings))
        , m_shared(shared)
    {
    }
    void run(const std::stop_token& stop);

private:
    Result<void> look(const std::stop_token& stop);
    [[nodiscard]] bool isFirst(const kafka::GroupView& group) const;
    Result<void> askForRebalance(const std::string& topic, const std::stop_token& stop);

    Settings m_settings;
    Shared& m_shared;
    std::unique_ptr<kafka::Cluster> m_cluster;
    std::set<kafka::TopicPartition> m_unassigned; ///< of the last look
    int m_requests = 0;                           ///< since every partition had a reader
    SteadyTime m_nextRequest{};
};

} // namespace millrace::ingest
