// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/scene.h"

#include <cstdio>
#include <exception>

namespace millrace::integration {

using namespace harness;

namespace {

constexpr std::size_t logBytesShown = 60'000;

} // namespace

Scene::Scene(Stage& stage, std::string name)
    : m_stage(stage)
    , m_name(std::move(name))
    , m_database(stage.cluster.createDatabase())
    , m_oracle({{"bootstrap.servers", stage.broker.brokers()}}, m_database)
{
}

Scene::~Scene()
{
    if (QTest::currentTestFailed() || std::uncaught_exceptions() > 0)
        std::fprintf(stderr, "%s\n", logs().c_str());
}

void Scene::createTopic(const std::string& suffix, int partitions, const KafkaProperties& settings)
{
    admin().createTopic(topic(suffix), partitions, settings);
}

WorkerOptions Scene::workerOptions() const
{
    return {.brokers = m_stage.broker.brokers(),
            .database = m_database,
            .arguments = {"--topics", m_name + ".*", "--group", "group-" + m_name}};
}

WorkerProcess& Scene::addWorker(WorkerOptions options)
{
    m_workers.push_back(std::make_unique<WorkerProcess>(std::move(options)));
    return *m_workers.back();
}

WorkerProcess& Scene::startWorker()
{
    WorkerProcess& worker = addWorker();
    worker.startReady();
    return worker;
}

TestProducer& Scene::producer()
{
    if (!m_producer)
        m_producer = std::make_unique<TestProducer>(m_stage.broker.brokers());
    return *m_producer;
}

void Scene::reconnect()
{
    m_oracle = Oracle({{"bootstrap.servers", m_stage.broker.brokers()}}, m_database);
}

bool Scene::caughtUp(const std::string& suffix, std::chrono::milliseconds limit)
{
    return m_oracle.awaitCaughtUp(topic(suffix), limit);
}

bool Scene::answers(const std::string& query, const std::string& wanted,
                    std::chrono::milliseconds limit)
{
    std::string last;
    const bool came = waitUntil(limit, [&] { return (last = sql().value(query)) == wanted; });
    if (!came)
        std::fprintf(stderr, "%s\n  gave %s, not %s\n", query.c_str(), last.c_str(),
                     wanted.c_str());
    return came;
}

long long Scene::events(const std::string& code)
{
    return sql().number("SELECT count(*) FROM millrace.event WHERE code = $1", {code});
}

long long Scene::alarms()
{
    return sql().number("SELECT count(*) FROM millrace.event WHERE level = 'alarm'");
}

std::string Scene::alarmTexts()
{
    return sql().value("SELECT string_agg(concat_ws(' ', topic, partition, code, text), E'\\n'"
                       " ORDER BY id) FROM millrace.event WHERE level = 'alarm'");
}

std::string Scene::trouble(const std::string& suffix)
{
    const bool reached = caughtUp(suffix);
    const Verdict verdict = m_oracle.judge(topic(suffix));
    if (reached && verdict.holds())
        return {};
    return (reached ? "" : "not caught up; ") + verdict.text() + "\n" + logs();
}

std::string Scene::logs() const
{
    std::string all;
    for (const auto& worker : m_workers) {
        const std::string text = worker->logText();
        all += "--- worker\n" +
               (text.size() > logBytesShown ? text.substr(text.size() - logBytesShown) : text);
    }
    return all;
}

} // namespace millrace::integration
