// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/cluster.h"

#include "core/base/clock.h"
#include "core/kafka/batch_builder.h"
#include "core/kafka/client_config.h"
#include "core/kafka/kafka_errors.h"
#include "core/kafka/kafka_handles.h"
#include "core/kafka/partition_list.h"
#include "core/kafka/topic_ids.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>

namespace millrace::kafka {

struct Cluster::State
{
    std::shared_ptr<rd_kafka_s> client;
    int refusal = RD_KAFKA_RESP_ERR_NO_ERROR; ///< the last login that was refused
    std::string refusalText;

    /// The error of a call that failed; a refused login explains a time-out better.
    Error explain(int code, std::string_view doing, std::string origin = {});
};

namespace {

constexpr std::string_view probeFetchBytes = "65536";

struct FreeMetadata
{
    void operator()(const struct rd_kafka_metadata* metadata) const noexcept
    {
        rd_kafka_metadata_destroy(metadata);
    }
};
using MetadataHandle = std::unique_ptr<const struct rd_kafka_metadata, FreeMetadata>;

int msUntil(SteadyTime deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steadyNow());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

std::vector<OwnProperty> fixedProperties()
{
    return {{"auto.offset.reset", "error"},
            {"isolation.level", "read_committed"},
            {"check.crcs", "true"},
            {"enable.partition.eof", "true"},
            {"allow.auto.create.topics", "false"},
            {"fetch.message.max.bytes", std::string(probeFetchBytes)},
            {"queued.min.messages", "1"},
            {"queued.max.messages.kbytes", "1024"},
            {"receive.message.max.bytes", std::to_string(512u << 20)}};
}

/// A partition read outside of any group, for as long as this lives.
class SoleReader
{
public:
    SoleReader(rd_kafka_s* client, const TopicPartition& where)
        : m_topic(rd_kafka_topic_new(client, where.topic.c_str(), nullptr))
        , m_partition(where.partition.value)
    {
    }
    SoleReader(const SoleReader&) = delete;
    SoleReader& operator=(const SoleReader&) = delete;
    ~SoleReader()
    {
        if (m_isStarted)
            rd_kafka_consume_stop(m_topic.get(), m_partition);
    }

    bool start(Offset offset)
    {
        m_isStarted = m_topic != nullptr &&
                      rd_kafka_consume_start(m_topic.get(), m_partition, offset.value) == 0;
        return m_isStarted;
    }

    MessageHandle next(int timeoutMs)
    {
        return MessageHandle(rd_kafka_consume(m_topic.get(), m_partition, timeoutMs));
    }

private:
    TopicHandle m_topic;
    std::int32_t m_partition;
    bool m_isStarted = false;
};

/// What one record at an offset turned out to be.
struct Sighting
{
    ProbeOutcome outcome = ProbeOutcome::EndOfPartition;
    MessageHandle message; ///< of Found and Beyond
};

} // namespace

Error Cluster::State::explain(int code, std::string_view doing, std::string origin)
{
    rd_kafka_poll(client.get(), 0); // serves the error callback
    const int refused = std::exchange(refusal, static_cast<int>(RD_KAFKA_RESP_ERR_NO_ERROR));
    if (refused == RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafkaError(code, doing, std::move(origin));
    Error error = kafkaError(refused, doing, std::move(origin));
    error.what += " (" + refusalText + ")";
    return error;
}

Result<Cluster> Cluster::open(const ClientSettings& settings)
{
    auto conf = makeConf(settings, {}, fixedProperties());
    if (!conf)
        return conf.error();
    auto state = std::make_unique<State>();
    rd_kafka_conf_set_opaque(conf->get(), state.get());
    rd_kafka_conf_set_error_cb(
        conf->get(), [](rd_kafka_t*, int code, const char* text, void* opaque) {
            if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION && code != RD_KAFKA_RESP_ERR__SSL)
                return;
            auto* self = static_cast<State*>(opaque);
            self->refusal = code;
            self->refusalText = text;
        });
    auto client = startClient(*std::move(conf), ClientRole::Consumer);
    if (!client)
        return client.error();
    state->client = std::shared_ptr<rd_kafka_s>(client->release(), DestroyClient{});
    return Cluster(std::move(state));
}

Cluster::Cluster(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;
Cluster::~Cluster() = default;

Result<GroupView> Cluster::group(const std::string& name, std::chrono::milliseconds timeout)
{
    return describeGroup(m_state->client.get(), name, timeout);
}

Result<ClusterInfo> Cluster::describe(std::chrono::milliseconds timeout)
{
    rd_kafka_s* client = m_state->client.get();
    const SteadyTime deadline = steadyNow() + timeout;
    constexpr int allTopics = 1;
    const struct rd_kafka_metadata* raw = nullptr;
    const auto code =
        rd_kafka_metadata(client, allTopics, nullptr, &raw, static_cast<int>(timeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return m_state->explain(code, "asking the cluster for its topics failed");
    const MetadataHandle metadata(raw);
    ClusterInfo info;
    if (char* id = rd_kafka_clusterid(client, msUntil(deadline)); id != nullptr) {
        info.clusterId = id;
        rd_kafka_mem_free(client, id);
    }
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic& from = metadata->topics[i];
        TopicInfo& topic = info.topics.emplace_back();
        topic.name = from.topic;
        topic.partitions = from.partition_cnt;
        if (from.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            topic.error = rd_kafka_err2str(from.err);
    }
    std::sort(info.topics.begin(), info.topics.end(),
              [](const TopicInfo& left, const TopicInfo& right) { return left.name < right.name; });
    fillTopicIds(client, info.topics, std::chrono::milliseconds(msUntil(deadline)));
    return info;
}

Result<Watermarks> Cluster::watermarks(const TopicPartition& where,
                                       std::chrono::milliseconds timeout)
{
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto code = rd_kafka_query_watermark_offsets(m_state->client.get(), where.topic.c_str(),
                                                       where.partition.value, &low, &high,
                                                       static_cast<int>(timeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return m_state->explain(code, "asking for the first and last offset failed", nameOf(where));
    return Watermarks{Offset(low), Offset(high)};
}

namespace {

/// Transient errors are waited out until the deadline; the last one is reported then.
Result<Sighting> look(rd_kafka_s* client, const TopicPartition& where, Offset offset,
                      std::chrono::milliseconds timeout)
{
    constexpr std::string_view doing = "reading a single record failed";
    const SteadyTime deadline = steadyNow() + timeout;
    SoleReader reader(client, where);
    if (!reader.start(offset))
        return kafkaError(rd_kafka_last_error(), doing, nameOf(where));
    rd_kafka_resp_err_t last = RD_KAFKA_RESP_ERR__TIMED_OUT;
    while (steadyNow() < deadline) {
        MessageHandle message = reader.next(msUntil(deadline));
        if (message == nullptr)
            continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            if (message->offset < offset.value)
                continue;
            const bool isIt = message->offset == offset.value;
            return Sighting{isIt ? ProbeOutcome::Found : ProbeOutcome::Beyond, std::move(message)};
        }
        last = message->err;
        if (last == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            return Sighting{ProbeOutcome::EndOfPartition, nullptr};
        if (last == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
            return Sighting{ProbeOutcome::OutOfRange, nullptr};
        if (const Error error = kafkaError(last, doing, nameOf(where)); error.code != Code::Retry)
            return error;
    }
    return kafkaError(last, doing, nameOf(where));
}

std::shared_ptr<record::Batch> batchOf(const std::shared_ptr<rd_kafka_s>& client,
                                       const TopicPartition& where, MessageHandle message)
{
    BatchBuilder builder(client);
    builder.beginRun(where.topic, where.partition);
    builder.add(message.release());
    return std::make_shared<record::Batch>(builder.finish());
}

} // namespace

Result<Probe> Cluster::probe(const TopicPartition& where, Offset offset,
                             std::chrono::milliseconds timeout)
{
    auto seen = look(m_state->client.get(), where, offset, timeout);
    if (!seen)
        return seen.error();
    Probe probe{seen->outcome, {}};
    if (seen->message != nullptr) {
        const auto batch = batchOf(m_state->client, where, std::move(seen->message));
        const record::Message& message = batch->messages.front();
        probe.record = {message.offset, record::fingerprint(message)};
    }
    return probe;
}

Result<std::shared_ptr<record::Batch>> Cluster::read(const TopicPartition& where, Offset offset,
                                                     std::chrono::milliseconds timeout)
{
    auto seen = look(m_state->client.get(), where, offset, timeout);
    if (!seen)
        return seen.error();
    if (seen->outcome != ProbeOutcome::Found)
        return std::shared_ptr<record::Batch>();
    return batchOf(m_state->client, where, std::move(seen->message));
}

} // namespace millrace::kafka
