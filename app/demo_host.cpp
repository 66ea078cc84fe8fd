// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo_host.h"

#include "app/demo/feed.h"
#include "app/demo/mock_broker.h"
#include "app/demo/sample_stream.h"
#include "app/signal_watch.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/postgres/private_cluster.h"

#include <random>

namespace millrace::app {

namespace {

constexpr int partitions = 4;

std::string newIdentity()
{
    std::random_device random;
    std::string bytes;
    for (int i = 0; i < 8; ++i)
        bytes += static_cast<char>(random() & 0xff);
    return "demo-" + hex(bytes);
}

} // namespace

/// In this order, so that the stream ends before its broker and the database goes last.
struct DemoHost::Parts
{
    postgres::PrivateCluster cluster;
    demo::MockBroker broker;
    std::string identity;
    std::int64_t messagesPerSecond = 0;
    std::optional<demo::Feed> feed;
};

DemoHost::DemoHost(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

DemoHost::DemoHost(DemoHost&&) noexcept = default;
DemoHost::~DemoHost() = default;

Result<DemoHost> DemoHost::start(DataFolder& folder, std::int64_t messagesPerSecond)
{
    const auto identity = folder.keep("demo-identity", newIdentity());
    if (!identity)
        return identity.error();
    log(LogLevel::Info, "demo", "starting the private database");
    auto cluster = postgres::PrivateCluster::start(folder.path());
    if (!cluster)
        return cluster.error();
    auto broker = demo::MockBroker::start(demo::SampleStream::topics(), partitions);
    if (!broker)
        return broker.error();
    log(LogLevel::Info, "demo", "look into it with: psql \"" + cluster->dsn().text + "\"");
    return DemoHost(std::make_unique<Parts>(Parts{*std::move(cluster), *std::move(broker),
                                                  *identity, messagesPerSecond, std::nullopt}));
}

void DemoHost::tell(engine::Settings& settings) const
{
    settings.brokers = m_parts->broker.brokers();
    settings.database = m_parts->cluster.dsn();
    settings.demoClusterId = m_parts->identity;
}

postgres::Dsn DemoHost::queryDatabase() const
{
    return m_parts->cluster.queryDsn();
}

Result<void> DemoHost::feed(std::function<std::int64_t()> landed)
{
    demo::FeedSettings settings;
    settings.client.brokers = m_parts->broker.brokers();
    settings.client.clientId = "millrace-demo";
    settings.messagesPerSecond = m_parts->messagesPerSecond;
    settings.seed = std::random_device{}();
    auto feed = demo::Feed::start(std::move(settings));
    if (!feed)
        return feed.error();
    m_parts->feed.emplace(*std::move(feed));
    m_parts->feed->paceBy(std::move(landed));
    return {};
}

void DemoHost::endFeed()
{
    m_parts->feed.reset();
}

int feedSamples(const Options& options)
{
    SignalWatch signals(Limits{}.stopWaitMax);
    const engine::Settings known = engineSettings(options);
    demo::FeedSettings settings;
    settings.client = {known.brokers, "millrace-demo", known.kafkaProperties};
    settings.messagesPerSecond = options.demoRate;
    settings.seed = std::random_device{}();
    settings.partitions = partitions;
    settings.makeTopics = true;
    auto feed = demo::Feed::start(std::move(settings));
    if (!feed) {
        log(LogLevel::Alarm, "demo_feed", describe(feed.error()));
        return 1;
    }
    log(LogLevel::Info, "demo_feed", "feeding the sample stream until a signal",
        {{"messages_per_second", options.demoRate}});
    signals.wait();
    log(LogLevel::Info, "demo_feed", "stopped", {{"sent", feed->sent()}});
    return 0;
}

} // namespace millrace::app
