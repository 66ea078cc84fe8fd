// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/kafka/mock_cluster.h"

#include "tests/harness/test_producer.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <array>

namespace millrace::tests {

MockCluster::MockCluster()
{
    std::array<char, 512> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", nullptr, 0);
    m_owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
    m_cluster = rd_kafka_mock_cluster_new(m_owner, 1);
}

MockCluster::~MockCluster()
{
    rd_kafka_mock_cluster_destroy(m_cluster);
    rd_kafka_destroy(m_owner);
}

std::string MockCluster::brokers() const
{
    return rd_kafka_mock_cluster_bootstraps(m_cluster);
}

kafka::ClientSettings MockCluster::client() const
{
    return {brokers(), "test", {{"log_level", "3"}}};
}

void MockCluster::createTopic(const std::string& name, int partitions)
{
    QCOMPARE(rd_kafka_mock_topic_create(m_cluster, name.c_str(), partitions, 1),
             RD_KAFKA_RESP_ERR_NO_ERROR);
}

void MockCluster::setDown(bool isDown)
{
    constexpr std::int32_t broker = 1;
    if (isDown)
        rd_kafka_mock_broker_set_down(m_cluster, broker);
    else
        rd_kafka_mock_broker_set_up(m_cluster, broker);
}

void fill(const std::string& brokers, const kafka::TopicPartition& where, int count,
          const std::string& prefix)
{
    harness::TestProducer producer(brokers);
    for (int i = 0; i < count; ++i)
        producer.produce({.topic = where.topic,
                          .value = prefix + std::to_string(i),
                          .partition = where.partition.value});
    producer.flush();
}

Member Member::join(const MockCluster& cluster, const std::string& group,
                    const std::vector<std::string>& topics)
{
    kafka::ConsumerSettings settings;
    settings.client = cluster.client();
    settings.group = group;
    auto consumer = kafka::Consumer::open(settings);
    if (!consumer)
        qFatal("%s", describe(consumer.error()).c_str());
    if (const auto done = consumer->subscribe(topics); !done)
        qFatal("%s", describe(done.error()).c_str());
    return Member{std::move(*consumer)};
}

kafka::Polled Member::step(std::size_t recordsMax, std::size_t bytesMax)
{
    kafka::Polled polled = consumer.poll(recordsMax, bytesMax, std::chrono::milliseconds(50));
    for (const record::Message& message : polled.batch.messages)
        values.push_back(textOf(polled.batch, message));
    for (const kafka::Event& event : polled.events) {
        events.push_back(event);
        if (event.kind == kafka::EventKind::Assigned) {
            std::vector<kafka::StartAt> starts;
            for (const kafka::TopicPartition& where : event.partitions)
                starts.push_back({where, start});
            if (const auto done = consumer.assign(starts); !done)
                qFatal("%s", describe(done.error()).c_str());
            held.insert(held.end(), event.partitions.begin(), event.partitions.end());
        } else if (event.kind == kafka::EventKind::Revoked ||
                   event.kind == kafka::EventKind::Lost) {
            if (const auto done = consumer.unassign(event.partitions); !done)
                qFatal("%s", describe(done.error()).c_str());
            for (const kafka::TopicPartition& where : event.partitions)
                std::erase(held, where);
        }
    }
    return polled;
}

bool Member::stepUntil(const std::function<bool()>& condition)
{
    return condition() || stepUntil([&](const kafka::Polled&) { return condition(); });
}

bool Member::stepUntil(const std::function<bool(const kafka::Polled&)>& condition,
                       std::size_t recordsMax, std::size_t bytesMax)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition(step(recordsMax, bytesMax)))
        if (std::chrono::steady_clock::now() > deadline)
            return false;
    return true;
}

std::size_t Member::count(kafka::EventKind kind) const
{
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(),
                      [kind](const kafka::Event& event) { return event.kind == kind; }));
}

std::string textOf(const record::Batch& batch, const record::Message& message)
{
    return batch.topics[message.topic] + "[" + std::to_string(message.partition.value) + "]@" +
           std::to_string(message.offset.value) + "=" + std::string(message.value);
}

} // namespace millrace::tests
