// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/feed.h"
#include "app/demo/mock_broker.h"
#include "app/demo/sample_stream.h"
#include "core/kafka/cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <optional>

using namespace millrace;
using namespace millrace::demo;
using namespace std::chrono_literals;

class TstFeed : public QObject
{
    Q_OBJECT

private slots:
    void fillsEveryTopic();
    void waitsForWhatHasNotLanded();
    void endsSoonWhenTheBrokerIsGone();
};

namespace {

constexpr int waitMs = 20'000;

Result<Feed> feedTo(const MockBroker& broker, std::int64_t rate)
{
    FeedSettings settings;
    settings.client.brokers = broker.brokers();
    settings.messagesPerSecond = rate;
    return Feed::start(std::move(settings));
}

} // namespace

void TstFeed::fillsEveryTopic()
{
    const auto broker = MockBroker::start(SampleStream::topics(), 2);
    QVERIFY(broker.has_value());
    const auto feed = feedTo(*broker, 5'000);
    QVERIFY(feed.has_value());
    auto cluster = kafka::Cluster::open({broker->brokers(), "test", {}});
    QVERIFY(cluster.has_value());
    for (const std::string& topic : SampleStream::topics()) {
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto marks = cluster->watermarks({topic, PartitionId(0)}, 5s);
                return marks && marks->high > Offset(5);
            },
            waitMs));
    }
}

void TstFeed::waitsForWhatHasNotLanded()
{
    const auto broker = MockBroker::start(SampleStream::topics(), 2);
    QVERIFY(broker.has_value());
    auto feed = feedTo(*broker, 2'000'000);
    QVERIFY(feed.has_value());
    std::atomic<std::int64_t> landed{0};
    feed->paceBy([&landed] { return landed.load(); });
    QVERIFY(QTest::qWaitFor([&] { return feed->sent() >= 20'000; }, waitMs));
    const std::int64_t held = feed->sent();
    landed = held;
    QVERIFY(QTest::qWaitFor([&] { return feed->sent() > held; }, waitMs));
    feed->paceBy({});
}

void TstFeed::endsSoonWhenTheBrokerIsGone()
{
    std::optional<MockBroker> broker;
    {
        auto started = MockBroker::start(SampleStream::topics(), 2);
        QVERIFY(started.has_value());
        broker.emplace(*std::move(started));
    }
    std::optional<Feed> feed;
    {
        auto started = feedTo(*broker, 5'000);
        QVERIFY(started.has_value());
        feed.emplace(*std::move(started));
    }
    QVERIFY(QTest::qWaitFor([&] { return feed->sent() > 100; }, waitMs));
    broker.reset();
    const std::int64_t before = feed->sent();
    QVERIFY(QTest::qWaitFor([&] { return feed->sent() > before + 100; }, waitMs));
    QElapsedTimer timer;
    timer.start();
    feed.reset();
    QVERIFY2(timer.elapsed() < 1'300, qPrintable(QString::number(timer.elapsed())));
}

MR_TEST(TstFeed)
#include "tst_feed.moc"
