// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/bench_ingest_options.h"
#include "tests/harness/kafka_broker.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/test_producer.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace millrace::bench {

/// What one measurement gave. CPU is user and system time; PostgreSQL's is that of every process of
/// the cluster, checkpoints and autovacuum too.
struct Measured
{
    std::string name;
    std::int64_t messages = 0;
    double seconds = 0;
    double workerCpu = 0;
    double postgresCpu = 0;
    double brokerCpu = 0;
    double peakRssMb = 0; ///< of the worker, from /proc: rusage remembers who forked it
    std::string note = {};

    [[nodiscard]] double perSecond() const
    {
        return seconds > 0 ? static_cast<double>(messages) / seconds : 0;
    }
};

/// One broker and one cluster for everything that is compared. The cluster is an ordinary durable
/// one: fsync and full_page_writes on, synchronous_commit on, shared_buffers 256 MB, the rest as
/// initdb leaves it but for max_wal_size (4 GB), so that no checkpoint falls into one of two runs.
class World
{
public:
    explicit World(const Options& options);

    [[nodiscard]] const Options& options() const { return m_options; }
    [[nodiscard]] harness::KafkaBroker& broker() { return m_broker; }
    [[nodiscard]] harness::PostgresCluster& cluster() { return m_cluster; }

    /// A new topic filled with `messages` messages over its partitions, round robin. `made` gives
    /// the value of each.
    void fill(const std::string& topic, int partitions, std::int64_t messages,
              const std::function<std::string(std::int64_t)>& made);
    /// Writes out what earlier measurements left behind.
    void settle();

    /// 1, 2, 3, … for names.
    [[nodiscard]] int nextNumber() { return ++m_number; }

    /// Seconds since their start.
    [[nodiscard]] double postgresCpu();
    [[nodiscard]] double brokerCpu();

private:
    Options m_options;
    int m_number = 0;
    harness::KafkaBroker m_broker;
    harness::PostgresCluster m_cluster;
};

} // namespace millrace::bench
