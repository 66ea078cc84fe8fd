// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/property_rules.h"

#include "core/base/nearest_name.h"

#include <algorithm>
#include <array>
#include <span>

namespace millrace::kafka {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 68> allowedNames = {
    "api.version.fallback.ms",
    "api.version.request",
    "api.version.request.timeout.ms",
    "broker.address.family",
    "broker.address.ttl",
    "broker.version.fallback",
    "client.dns.lookup",
    "client.id",
    "connections.max.idle.ms",
    "coordinator.query.interval.ms",
    "debug",
    "enable.metrics.push",
    "enable.random.seed",
    "enable.sparse.connections",
    "enable.ssl.certificate.verification",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.queue.backoff.ms",
    "fetch.wait.max.ms",
    "log.connection.close",
    "log.thread.name",
    "log_level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "message.copy.max.bytes",
    "message.max.bytes",
    "metadata.max.age.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metadata.request.timeout.ms",
    "queued.min.messages",
    "reconnect.backoff.jitter.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "socket.blocking.max.ms",
    "socket.connection.setup.timeout.ms",
    "socket.keepalive.enable",
    "socket.max.fails",
    "socket.nagle.disable",
    "socket.receive.buffer.bytes",
    "socket.send.buffer.bytes",
    "socket.timeout.ms",
    "ssl.ca.certificate.stores",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.sigalgs.list"};

constexpr std::array<std::string_view, 11> offsetNames = {"auto.commit.enable",
                                                          "auto.commit.interval.ms",
                                                          "auto.offset.reset",
                                                          "check.crcs",
                                                          "enable.auto.commit",
                                                          "enable.auto.offset.store",
                                                          "enable.partition.eof",
                                                          "isolation.level",
                                                          "offset.store.method",
                                                          "offset.store.path",
                                                          "offset.store.sync.interval.ms"};
constexpr std::array<std::string_view, 9> membershipNames = {
    "group.instance.id",     "group.protocol",
    "group.protocol.type",   "group.remote.assignor",
    "heartbeat.interval.ms", "partition.assignment.strategy",
    "session.timeout.ms",    "share.acknowledgement.mode",
    "max.poll.records"};
constexpr std::array<std::string_view, 3> memoryNames = {
    "queued.max.messages.kbytes", "receive.message.max.bytes", "consume.callback.max.messages"};
constexpr std::array<std::string_view, 4> ownFlagNames = {
    "bootstrap.servers", "group.id", "metadata.broker.list", "topic.blacklist"};
constexpr std::array<std::string_view, 6> discoveryNames = {
    "allow.auto.create.topics",           "topic.metadata.propagation.max.ms",
    "topic.metadata.refresh.fast.cnt",    "topic.metadata.refresh.fast.interval.ms",
    "topic.metadata.refresh.interval.ms", "topic.metadata.refresh.sparse"};
constexpr std::array<std::string_view, 1> followerNames = {"client.rack"};
constexpr std::array<std::string_view, 2> libraryNames = {"plugin.library.paths", "ssl.providers"};
constexpr std::array<std::string_view, 3> tokenNames = {"enable.sasl.oauthbearer.unsecure.jwt",
                                                        "https.ca.location", "https.ca.pem"};
constexpr std::array<std::string_view, 28> callbackNames = {"background_event_cb",
                                                            "closesocket_cb",
                                                            "connect_cb",
                                                            "consume_cb",
                                                            "default_topic_conf",
                                                            "dr_cb",
                                                            "dr_msg_cb",
                                                            "enable_sasl_queue",
                                                            "enabled_events",
                                                            "error_cb",
                                                            "interceptors",
                                                            "log.queue",
                                                            "log_cb",
                                                            "msg_order_cmp",
                                                            "oauthbearer_token_refresh_cb",
                                                            "offset_commit_cb",
                                                            "opaque",
                                                            "open_cb",
                                                            "partitioner_cb",
                                                            "rebalance_cb",
                                                            "resolve_cb",
                                                            "socket_cb",
                                                            "ssl.certificate.verify_cb",
                                                            "ssl_ca",
                                                            "ssl_certificate",
                                                            "ssl_key",
                                                            "stats_cb",
                                                            "throttle_cb"};
constexpr std::array<std::string_view, 28> producerNames = {
    "acks",
    "batch.num.messages",
    "batch.size",
    "compression.codec",
    "compression.level",
    "compression.type",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "linger.ms",
    "message.send.max.retries",
    "message.timeout.ms",
    "partitioner",
    "produce.offset.report",
    "queue.buffering.backpressure.threshold",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "queue.buffering.max.ms",
    "queuing.strategy",
    "request.required.acks",
    "request.timeout.ms",
    "retries",
    "sticky.partitioning.linger.ms",
    "transaction.timeout.ms",
    "transactional.id",
    "ut_handle_ProduceResponse",
    "statistics.interval.ms"};
constexpr std::array<std::string_view, 7> reservedNames = {
    "builtin.features",        "client.software.name",
    "client.software.version", "internal.termination.signal",
    "sasl.jaas.config",        "ssl.truststore.location",
    "ssl_engine_callback_data"};

struct Group
{
    PropertyRule rule;
    Names names;
};
constexpr std::array<Group, 12> groups = {{{PropertyRule::Allowed, allowedNames},
                                           {PropertyRule::Offsets, offsetNames},
                                           {PropertyRule::Membership, membershipNames},
                                           {PropertyRule::Memory, memoryNames},
                                           {PropertyRule::OwnFlag, ownFlagNames},
                                           {PropertyRule::Discovery, discoveryNames},
                                           {PropertyRule::Followers, followerNames},
                                           {PropertyRule::Library, libraryNames},
                                           {PropertyRule::Tokens, tokenNames},
                                           {PropertyRule::Callback, callbackNames},
                                           {PropertyRule::Producer, producerNames},
                                           {PropertyRule::Reserved, reservedNames}}};

/// Families whose members grow from version to version.
struct Family
{
    PropertyRule rule;
    std::string_view prefix;
};
constexpr std::array<Family, 4> families = {{{PropertyRule::Program, "sasl.kerberos."},
                                             {PropertyRule::Tokens, "sasl.oauthbearer."},
                                             {PropertyRule::Library, "ssl.engine."},
                                             {PropertyRule::Imitation, "test.mock."}}};

} // namespace

std::optional<PropertyRule> ruleOf(std::string_view name) noexcept
{
    for (const auto& [rule, names] : groups)
        if (std::find(names.begin(), names.end(), name) != names.end())
            return rule;
    for (const auto& [rule, prefix] : families)
        if (name.starts_with(prefix))
            return rule;
    return std::nullopt;
}

std::string_view reasonOf(PropertyRule rule) noexcept
{
    switch (rule) {
    case PropertyRule::Allowed:
        return {};
    case PropertyRule::Offsets:
        return "exactly-once rests on our own handling of offsets, isolation and checks";
    case PropertyRule::Membership:
        return "how workers share partitions, and how fast they notice each other, is fixed";
    case PropertyRule::Memory:
        return "the bound of a lane's memory rests on it";
    case PropertyRule::OwnFlag:
        return "there is a setting of our own for it (--brokers, --group, --topics)";
    case PropertyRule::Discovery:
        return "the promised pace of finding topics and partitions rests on it";
    case PropertyRule::Followers:
        return "proofs of position need the leader's log, not a follower's";
    case PropertyRule::Library:
        return "it loads a library into this program";
    case PropertyRule::Program:
        return "it runs a program through a shell (Kerberos is not supported)";
    case PropertyRule::Tokens:
        return "it fetches tokens from an address of its own (OAUTHBEARER is not supported)";
    case PropertyRule::Callback:
        return "it is a hook for programs, not a value";
    case PropertyRule::Producer:
        return "it would have no effect: only producers and statistics use it";
    case PropertyRule::Imitation:
        return "it replaces the cluster by an imitation";
    case PropertyRule::Reserved:
        return "it is not a setting (set by the library or by us)";
    }
    return {};
}

std::string_view nearestAllowed(std::string_view name)
{
    return nearestName(name, allowedNames);
}

} // namespace millrace::kafka
