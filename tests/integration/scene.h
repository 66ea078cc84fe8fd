// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_broker.h"
#include "tests/harness/oracle.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/test_producer.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"

#include <QtTest/QtTest>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// So that QCOMPARE shows what it compared.
template<>
inline char* QTest::toString(const std::string& text)
{
    return qstrdup(text.c_str());
}

namespace millrace::integration {

/// A broker and a cluster, shared by the tests of a class.
struct Stage
{
    explicit Stage(harness::BrokerOptions brokerOptions = {},
                   harness::ClusterOptions clusterOptions = {})
        : broker(std::move(brokerOptions))
        , cluster(std::move(clusterOptions))
    {
    }
    void start()
    {
        broker.start();
        cluster.start();
    }

    harness::KafkaBroker broker;
    harness::PostgresCluster cluster;
};

/// One test's part of a stage: a database of its own, topics that begin with its name, a consumer
/// group of its own, and the workers on them.
class Scene
{
public:
    /// `name`: letters, digits and '_'.
    Scene(Stage& stage, std::string name);
    ~Scene();

    /// The topic "<name><suffix>".
    [[nodiscard]] std::string topic(const std::string& suffix = {}) const
    {
        return m_name + suffix;
    }
    void createTopic(const std::string& suffix = {}, int partitions = 1,
                     const harness::KafkaProperties& settings = {});

    /// How a worker of this scene is started; change and give to addWorker().
    [[nodiscard]] harness::WorkerOptions workerOptions() const;
    /// Not started yet. It lives as long as the scene.
    harness::WorkerProcess& addWorker(harness::WorkerOptions options);
    harness::WorkerProcess& addWorker() { return addWorker(workerOptions()); }
    /// addWorker() and startReady().
    harness::WorkerProcess& startWorker();

    [[nodiscard]] harness::WorkerProcess& worker(std::size_t index) { return *m_workers.at(index); }

    [[nodiscard]] Stage& stage() { return m_stage; }
    [[nodiscard]] harness::KafkaAdmin& admin() { return m_stage.broker.admin(); }
    [[nodiscard]] harness::TestProducer& producer();
    [[nodiscard]] harness::SqlClient& sql() { return m_oracle.sql(); }
    /// A new session for sql() and oracle(), after the server was away.
    void reconnect();
    [[nodiscard]] harness::Oracle& oracle() { return m_oracle; }
    [[nodiscard]] const std::string& database() const { return m_database; }

    /// Waits until the highest generation of "<name><suffix>" stands at the end of the log.
    [[nodiscard]] bool caughtUp(const std::string& suffix = {},
                                std::chrono::milliseconds limit = std::chrono::seconds(30));
    /// Waits for an answer of `query` (first column of the first row) that is `wanted`.
    [[nodiscard]] bool answers(const std::string& query, const std::string& wanted,
                               std::chrono::milliseconds limit = std::chrono::seconds(30));
    /// Events of this code so far.
    [[nodiscard]] long long events(const std::string& code);
    [[nodiscard]] long long alarms();
    /// What the alarms say, one a line.
    [[nodiscard]] std::string alarmTexts();
    /// caughtUp() and the oracle's verdict: empty when the promise is kept.
    [[nodiscard]] std::string trouble(const std::string& suffix = {});
    /// trouble() is empty; why() says it otherwise.
    [[nodiscard]] bool kept(const std::string& suffix = {})
    {
        return (m_why = trouble(suffix)).empty();
    }
    [[nodiscard]] const char* why() const { return m_why.c_str(); }
    /// The end of every worker's log, for a failing test.
    [[nodiscard]] std::string logs() const;

private:
    Stage& m_stage;
    std::string m_name;
    std::string m_database;
    harness::Oracle m_oracle;
    std::string m_why;
    std::vector<std::unique_ptr<harness::WorkerProcess>> m_workers;
    std::unique_ptr<harness::TestProducer> m_producer;
};

} // namespace millrace::integration
