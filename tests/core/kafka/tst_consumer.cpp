// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/consumer.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/harness/test_producer.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using kafka::EventKind;
using kafka::TopicPartition;
using tests::fill;
using tests::Member;
using tests::MockCluster;

namespace {

TopicPartition at(const char* topic, int partition)
{
    return {topic, PartitionId(partition)};
}

} // namespace

class TstConsumer : public QObject
{
    Q_OBJECT

private slots:
    void ordersABatchByTopicPartitionAndOffset()
    {
        MockCluster cluster;
        cluster.createTopic("b", 2);
        cluster.createTopic("a", 2);
        for (const char* topic : {"a", "b"})
            for (int partition : {0, 1})
                fill(cluster.brokers(), at(topic, partition), 50);
        Member member = Member::join(cluster, "g", {"b", "a"});
        bool isOrdered = true;
        std::size_t seen = 0;
        QVERIFY(member.stepUntil([&](const kafka::Polled& polled) {
            seen += polled.batch.messages.size();
            const auto key = [&](const record::Message& m) {
                return std::tuple(polled.batch.topics.at(m.topic), m.partition, m.offset);
            };
            for (std::size_t i = 1; i < polled.batch.messages.size(); ++i)
                isOrdered =
                    isOrdered && key(polled.batch.messages[i - 1]) < key(polled.batch.messages[i]);
            return member.values.size() == 200;
        }));
        QVERIFY(isOrdered);
        QVERIFY(seen > 0);
        QCOMPARE(std::set(member.values.begin(), member.values.end()).size(), std::size_t{200});
    }

    void keepsNullEmptyBinaryAndRepeatedApart()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        harness::TestProducer producer(cluster.brokers());
        using namespace std::string_literals;
        producer.send({.topic = "t", .value = std::nullopt, .key = ""s, .partition = 0});
        producer.send({.topic = "t", .value = ""s, .key = std::nullopt, .partition = 0});
        producer.send(
            {.topic = "t",
             .value = "a\0b"s,
             .key = "\xff\x00"s,
             .partition = 0,
             .timestampMs = 1'234'567,
             .headers = {{"h", "1"s}, {"h", "\0\xfe"s}, {"n", std::nullopt}, {"e", ""s}}});
        Member member = Member::join(cluster, "g", {"t"});
        std::vector<record::Batch> batches;
        std::vector<record::Message> messages;
        QVERIFY(member.stepUntil([&](const kafka::Polled& polled) {
            batches.push_back(polled.batch);
            for (const record::Message& message : batches.back().messages)
                messages.push_back(message);
            return messages.size() >= 3;
        }));
        QVERIFY(!messages[0].hasValue && messages[0].hasKey && messages[0].key.empty());
        QVERIFY(messages[1].hasValue && messages[1].value.empty() && !messages[1].hasKey);
        QCOMPARE(messages[2].value, std::string_view("a\0b", 3));
        QCOMPARE(messages[2].key, std::string_view("\xff\x00", 2));
        QCOMPARE(messages[2].timestampMs, std::int64_t{1'234'567});
        QCOMPARE(messages[2].headers.size(), std::size_t{4});
        QCOMPARE(messages[2].headers[0].name, std::string_view("h"));
        QCOMPARE(messages[2].headers[0].value.value(), std::string_view("1"));
        QCOMPARE(messages[2].headers[1].name, std::string_view("h"));
        QCOMPARE(messages[2].headers[1].value.value(), std::string_view("\0\xfe", 2));
        QVERIFY(!messages[2].headers[2].value.has_value());
        QCOMPARE(messages[2].headers[3].value.value(), std::string_view(""));
    }

    void tellsTheEndBehindTheLastRecord()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 7);
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(member.stepUntil([&] { return member.count(EventKind::EndOfPartition) > 0; }));
        QCOMPARE(member.values.size(), std::size_t{7});
        QCOMPARE(member.events.back().kind, EventKind::EndOfPartition);
        QCOMPARE(member.events.back().offset, Offset(7));
        QCOMPARE(member.events.back().partitions.front(), at("t", 0));
    }

    void startsWhereItIsTold()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 10);
        Member member = Member::join(cluster, "g", {"t"});
        member.start = Offset(6);
        QVERIFY(member.stepUntil([&] { return member.count(EventKind::EndOfPartition) > 0; }));
        QCOMPARE(member.values.front(), std::string("t[0]@6=v6"));
        QCOMPARE(member.values.size(), std::size_t{4});
    }

    void staysWithinRecordsAndBytes()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 2'000, std::string(1'000, 'x'));
        Member member = Member::join(cluster, "g", {"t"});
        std::size_t recordsMost = 0;
        std::size_t bytesMost = 0;
        QVERIFY(member.stepUntil(
            [&](const kafka::Polled& polled) {
                recordsMost = std::max(recordsMost, polled.batch.messages.size());
                return member.values.size() > 1'000;
            },
            33));
        QCOMPARE(recordsMost, std::size_t{33});
        QVERIFY(member.stepUntil(
            [&](const kafka::Polled& polled) {
                bytesMost = std::max(bytesMost, polled.batch.bytes);
                return member.values.size() == 2'000;
            },
            10'000, 20'000));
        QVERIFY2(bytesMost <= 22'000, qPrintable(QString::number(bytesMost)));
        QVERIFY(bytesMost >= 19'000);
    }

    void deliversARecordLargerThanTheBound()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        harness::TestProducer(cluster.brokers())
            .send({.topic = "t", .value = std::string(500'000, 'x'), .partition = 0});
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(member.stepUntil([&](const kafka::Polled&) { return !member.values.empty(); }, 10,
                                 100));
    }

    void pauseDropsWhatIsQueuedAndSeekReadsItAgain()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 500);
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(member.stepUntil([&](const kafka::Polled&) { return !member.values.empty(); }, 10));
        const TopicPartition where = at("t", 0);
        QVERIFY(member.consumer.pause({&where, 1}));
        const std::size_t before = member.values.size();
        for (int i = 0; i < 10; ++i)
            member.step();
        QCOMPARE(member.values.size(), before);
        const kafka::StartAt again{where, Offset(3)};
        QVERIFY(member.consumer.seekAndResume({&again, 1}));
        QVERIFY(member.stepUntil([&] { return member.values.size() >= before + 497; }));
        QCOMPARE(member.values[before], std::string("t[0]@3=v3"));
        QCOMPARE(member.values.back(), std::string("t[0]@499=v499"));
    }

    void aPositionOutsideTheLogIsToldAndAnotherOneStarts()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 5);
        Member member = Member::join(cluster, "g", {"t"});
        member.start = Offset(900);
        QVERIFY(member.stepUntil([&] { return member.count(EventKind::OutOfRange) > 0; }));
        QCOMPARE(member.events.back().offset, Offset(900));
        QVERIFY(member.values.empty());
        const kafka::StartAt right{at("t", 0), Offset(2)};
        QVERIFY(member.consumer.seekAndResume({&right, 1}));
        QVERIFY(member.stepUntil([&] { return member.values.size() == 3; }));
        QCOMPARE(member.values.front(), std::string("t[0]@2=v2"));
    }

    void asksForWatermarksAndRemembersThem()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 12);
        Member member = Member::join(cluster, "g", {"t"});
        const auto asked = member.consumer.watermarks(at("t", 0), std::chrono::seconds(5));
        QVERIFY(asked);
        QCOMPARE(asked->low, Offset(0));
        QCOMPARE(asked->high, Offset(12));
        QVERIFY(member.stepUntil([&] { return member.values.size() == 12; }));
        const auto cached = member.consumer.cachedWatermarks(at("t", 0));
        QVERIFY(cached.has_value());
        QCOMPARE(cached->high, Offset(12));
        QVERIFY(!member.consumer.cachedWatermarks(at("nowhere", 0)).has_value());
    }

    void asksForManyLowWatermarksAtOnce()
    {
        MockCluster cluster;
        cluster.createTopic("t", 3);
        fill(cluster.brokers(), at("t", 1), 12);
        Member member = Member::join(cluster, "g", {"t"});
        const std::vector<TopicPartition> wanted{at("t", 0), at("t", 1), at("t", 2), at("t", 7)};
        const auto lows = member.consumer.lowWatermarks(wanted, std::chrono::seconds(5));
        const std::map<TopicPartition, Offset> expected{
            {at("t", 0), Offset(0)}, {at("t", 1), Offset(0)}, {at("t", 2), Offset(0)}};
        QVERIFY(lows == expected);
        QVERIFY(member.consumer.lowWatermarks({}, std::chrono::seconds(5)).empty());
    }

    void aBatchOutlivesItsConsumer()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        fill(cluster.brokers(), at("t", 0), 3);
        record::Batch batch;
        {
            Member member = Member::join(cluster, "g", {"t"});
            QVERIFY(member.stepUntil([&](const kafka::Polled& polled) {
                batch = polled.batch;
                return !batch.messages.empty();
            }));
        }
        QCOMPARE(batch.messages.front().value, std::string_view("v0"));
    }

    void twoMembersShareWithoutStoppingEachOther()
    {
        MockCluster cluster;
        cluster.createTopic("t", 4);
        for (int partition = 0; partition < 4; ++partition)
            fill(cluster.brokers(), at("t", partition), 20);
        Member first = Member::join(cluster, "g", {"t"});
        QVERIFY(first.stepUntil([&] { return first.values.size() == 80; }));
        Member second = Member::join(cluster, "g", {"t"});
        second.start = Offset(20);
        QVERIFY(first.stepUntil([&] {
            second.step();
            return first.held.size() == 2 && second.held.size() == 2;
        }));
        for (const kafka::Event& event : first.events)
            if (event.kind == EventKind::Revoked)
                QCOMPARE(event.partitions.size(), std::size_t{2});
        for (int partition = 0; partition < 4; ++partition)
            fill(cluster.brokers(), at("t", partition), 5, "later");
        QVERIFY(first.stepUntil([&] {
            second.step();
            return first.values.size() == 90 && second.values.size() == 10;
        }));
    }

    void aNameThatLooksLikeAPatternIsRefused()
    {
        MockCluster cluster;
        Member member = Member::join(cluster, "g", {});
        const std::string pattern = "^t.*";
        const auto done = member.consumer.subscribe({&pattern, 1});
        QVERIFY(!done);
        QCOMPARE(done.error().code, Code::InvalidInput);
    }

    void aNewTopicIsReadSoonAfterSubscribing()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        cluster.createTopic("later", 2);
        fill(cluster.brokers(), at("later", 1), 3);
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(member.stepUntil([&] { return !member.held.empty(); }));
        const std::vector<std::string> both = {"t", "later"};
        QVERIFY(member.consumer.subscribe(both));
        QVERIFY(member.stepUntil([&] { return member.values.size() == 3; }));
        QCOMPARE(member.count(EventKind::Revoked), std::size_t{0});
    }

    void closesSoonEvenWithAnUnansweredRebalance()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(harness::waitUntil(std::chrono::seconds(60), [&] {
            const kafka::Polled polled =
                member.consumer.poll(1, 1'000, std::chrono::milliseconds(50));
            return std::any_of(
                polled.events.begin(), polled.events.end(),
                [](const kafka::Event& event) { return event.kind == EventKind::Assigned; });
        }));
        QElapsedTimer timer;
        timer.start();
        member.consumer.close();
        QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    }

    void closesInTimeWhenTheBrokerIsGone()
    {
        MockCluster cluster;
        cluster.createTopic("t", 1);
        Member member = Member::join(cluster, "g", {"t"});
        QVERIFY(member.stepUntil([&] { return !member.held.empty(); }));
        cluster.setDown(true);
        QElapsedTimer timer;
        timer.start();
        member.consumer.close();
        QVERIFY2(timer.elapsed() < 6'000, qPrintable(QString::number(timer.elapsed())));
    }

    void refusesSettingsItCannotKeep()
    {
        kafka::ConsumerSettings settings;
        settings.client = {"127.0.0.1:1", "test", {{"enable.auto.commit", "true"}}};
        settings.group = "g";
        const auto opened = kafka::Consumer::open(settings);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, Code::InvalidInput);
        QCOMPARE(opened.error().scope, Scope::Process);
    }
};

MR_TEST(TstConsumer)
#include "tst_consumer.moc"
