// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kafka/client_settings.h"
#include "core/kafka/consumer.h"
#include "core/kafka/group_view.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace millrace::kafka {

struct TopicInfo
{
    std::string name;
    int partitions = 0;
    std::string topicId; ///< where the library knows it (>= 2.3) and the broker tells; else empty
    std::string error;   ///< metadata error of this topic; empty: none
};

struct ClusterInfo
{
    std::string clusterId;
    std::vector<TopicInfo> topics; ///< sorted by name, internal ones (`__…`) included
};

/// A record read alone, by the probing consumer.
struct ProbedRecord
{
    Offset offset;
    std::uint64_t fingerprint = 0;
};
enum class ProbeOutcome : std::uint8_t { Found, Beyond, EndOfPartition, OutOfRange };
struct Probe
{
    ProbeOutcome outcome = ProbeOutcome::EndOfPartition;
    ProbedRecord record; ///< of Found (the offset asked for) and Beyond (a later one)
};

/// Looks at a cluster without being a member of any group. One thread.
class Cluster
{
public:
    static Result<Cluster> open(const ClientSettings& settings);
    Cluster(Cluster&&) noexcept;
    Cluster& operator=(Cluster&&) noexcept;
    ~Cluster();

    /// All topics. Error Retry when no broker answers in time, Refused when login is refused.
    Result<ClusterInfo> describe(std::chrono::milliseconds timeout);
    Result<Watermarks> watermarks(const TopicPartition& where, std::chrono::milliseconds timeout);
    /// The consumer group of that name. Error Retry when nobody answers in time.
    Result<GroupView> group(const std::string& name, std::chrono::milliseconds timeout);
    /// Reads one record at `offset` by plain assignment with a small fetch.
    Result<Probe> probe(const TopicPartition& where, Offset offset,
                        std::chrono::milliseconds timeout);
    /// The whole record for read_record jobs; empty: nothing stands at this offset.
    Result<std::shared_ptr<record::Batch>> read(const TopicPartition& where, Offset offset,
                                                std::chrono::milliseconds timeout);

private:
    struct State;
    explicit Cluster(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace::kafka
