// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/mock_broker.h"

#include "core/kafka/client_config.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace millrace::demo {

void MockBroker::Destroy::operator()(rd_kafka_mock_cluster_s* cluster) const noexcept
{
    rd_kafka_mock_cluster_destroy(cluster);
}

MockBroker::MockBroker(kafka::ClientHandle client, rd_kafka_mock_cluster_s* cluster)
    : m_client(std::move(client))
    , m_cluster(cluster)
    , m_brokers(rd_kafka_mock_cluster_bootstraps(cluster))
{
}

MockBroker::MockBroker(MockBroker&&) noexcept = default;
MockBroker::~MockBroker() = default;

Result<MockBroker> MockBroker::start(const std::vector<std::string>& topics, int partitions)
{
    auto conf = kafka::makeConf({"127.0.0.1:1", "millrace-demo-broker", {}}, {}, {});
    if (!conf)
        return conf.error();
    auto client = kafka::startClient(*std::move(conf), kafka::ClientRole::Producer);
    if (!client)
        return client.error();
    constexpr int brokers = 1;
    rd_kafka_mock_cluster_t* cluster = rd_kafka_mock_cluster_new(client->get(), brokers);
    if (cluster == nullptr)
        return Error{Scope::Process, Code::Internal, "the in-process broker does not start",
                     "demo"};
    MockBroker broker(*std::move(client), cluster);
    for (const std::string& topic : topics) {
        const auto code = rd_kafka_mock_topic_create(cluster, topic.c_str(), partitions, brokers);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return Error{Scope::Process, Code::Internal,
                         std::string("the in-process broker makes no topic: ") +
                             rd_kafka_err2str(code),
                         topic};
    }
    return broker;
}

} // namespace millrace::demo
