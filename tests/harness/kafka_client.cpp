// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/kafka_client.h"

#include "tests/harness/harness_error.h"

#include <librdkafka/rdkafka.h>

namespace millrace::harness {
namespace {

KafkaHandle open(rd_kafka_type_t kind, const KafkaProperties& properties, int events)
{
    char why[512] = "";
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    rd_kafka_conf_set_events(settings, events);
    // a broker that is down is what the tests are about: no line for every attempt
    rd_kafka_conf_set(settings, "log_level", "2", nullptr, 0);
    for (const auto& [name, value] : properties) {
        if (rd_kafka_conf_set(settings, name.c_str(), value.c_str(), why, sizeof why) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(settings);
            throw HarnessError("kafka client: " + name + ": " + why);
        }
    }
    KafkaHandle made(rd_kafka_new(kind, settings, why, sizeof why));
    if (!made) {
        rd_kafka_conf_destroy(settings);
        throw HarnessError(std::string("kafka client: ") + why);
    }
    return made;
}

} // namespace

void CloseKafka::operator()(rd_kafka_s* client) const noexcept
{
    rd_kafka_destroy(client);
}

void CloseKafkaQueue::operator()(rd_kafka_queue_s* queue) const noexcept
{
    rd_kafka_queue_destroy(queue);
}

KafkaHandle openProducer(const KafkaProperties& properties)
{
    return open(RD_KAFKA_PRODUCER, properties, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
}

KafkaHandle openConsumer(const KafkaProperties& properties)
{
    return open(RD_KAFKA_CONSUMER, properties, 0);
}

bool scramWorks()
{
    return rd_kafka_version() >= 0x02060100;
}

} // namespace millrace::harness
