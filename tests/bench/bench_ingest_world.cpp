// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_world.h"

#include <unistd.h>

#include <sstream>

namespace millrace::bench {
namespace {

using harness::readFile;

/// User and system time of a process, of its ended children too when `withEnded`.
double cpuOf(pid_t pid, bool withEnded)
{
    const std::string stat = readFile("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t behindName = stat.rfind(')');
    if (behindName == std::string::npos)
        return 0;
    std::istringstream fields(stat.substr(behindName + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    double ticks = 0;
    for (int field = 0; field < (withEnded ? 4 : 2); ++field) {
        double value = 0;
        fields >> value;
        ticks += value;
    }
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Lanes of one worker meet in the first rebalance, as with Kafka's default of 3 s.
harness::BrokerOptions brokerOptions()
{
    return {.properties = {{"message.max.bytes", "209715200"},
                           {"num.network.threads", "3"},
                           {"num.io.threads", "8"},
                           {"group.initial.rebalance.delay.ms", "500"},
                           {"log.retention.check.interval.ms", "300000"}},
            .users = {},
            .tls = false,
            .proxy = {},
            .heapMb = 1536,
            .optimized = true};
}

} // namespace

World::World(const Options& options)
    : m_options(options)
    , m_broker(brokerOptions())
    , m_cluster({.settings = {{"shared_buffers", "256MB"}}, .dataFolder = {}, .fsync = true})
{
    m_broker.start();
    m_cluster.start();
}

void World::fill(const std::string& topic, int partitions, std::int64_t messages,
                 const std::function<std::string(std::int64_t)>& made)
{
    m_broker.admin().createTopic(topic, partitions);
    harness::TestProducer producer(m_broker.brokers(), {{"compression.codec", m_options.codec},
                                                        {"linger.ms", "20"},
                                                        {"batch.size", "1000000"},
                                                        {"message.max.bytes", "209715200"}});
    for (std::int64_t number = 0; number < messages; ++number) {
        producer.produce({.topic = topic,
                          .value = made(number),
                          .key = {},
                          .partition = static_cast<int>(number % partitions)});
    }
    producer.flush();
}

void World::settle()
{
    harness::SqlClient(m_cluster.conninfo()).run("CHECKPOINT");
}

double World::postgresCpu()
{
    const pid_t postmaster = m_cluster.process().pid();
    double sum = cpuOf(postmaster, true);
    const std::string task = std::to_string(postmaster);
    std::istringstream children(readFile("/proc/" + task + "/task/" + task + "/children"));
    for (pid_t child = 0; children >> child;)
        sum += cpuOf(child, false);
    return sum;
}

double World::brokerCpu()
{
    return cpuOf(m_broker.process().pid(), false);
}

} // namespace millrace::bench
