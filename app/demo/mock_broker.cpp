// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/mock_broker.h"

#include "core/kafka/client_config.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace millrace::demo {

MockBroker::MockBroker(kafka::ClientHandle client)
    : m_client(std::move(client))
    , m_brokers(rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(m_client.get())))
{
}

MockBroker::MockBroker(MockBroker&&) noexcept = default;
MockBroker::~MockBroker() = default;

Result<MockBroker> MockBroker::start(const std::vector<std::string>& topics, int partitions)
{
    constexpr int brokers = 1;
    auto conf = kafka::makeConf({"in-process", "millrace-demo-broker", {}}, {},
                                {{"test.mock.num.brokers", std::to_string(brokers)}});
    if (!conf)
        return conf.error();
    auto client = kafka::startClient(*std::move(conf), kafka::ClientRole::Producer);
    if (!client)
        return client.error();
    rd_kafka_mock_cluster_t* cluster = rd_kafka_handle_mock_cluster(client->get());
    if (cluster == nullptr)
        return Error{Scope::Process, Code::Internal, "the in-process broker does not start",
                     "demo"};
    for (const std::string& topic : topics) {
        const auto code = rd_kafka_mock_topic_create(cluster, topic.c_str(), partitions, brokers);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return Error{Scope::Process, Code::Internal,
                         std::string("the in-process broker makes no topic: ") +
                             rd_kafka_err2str(code),
                         topic};
    }
    return MockBroker(*std::move(client));
}

} // namespace millrace::demo
