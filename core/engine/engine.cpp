// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/control/migration.h"
#include "core/ingest/supervisor.h"
#include "core/kafka/library_fault.h"

#include <unistd.h>

#include <regex>

namespace millrace::engine {

namespace {

/// Discovery asks every second, and every ten with ten thousand topics.
constexpr std::chrono::seconds brokerSilenceMax{15};

std::string hostName()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// One nonce a start: the in-process broker begins empty each time.
std::string demoIdentity(const Settings& settings)
{
    if (settings.demoClusterId.empty())
        return {};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return settings.demoClusterId + "/" +
           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

ingest::LaneSettings laneSettings(const Settings& settings, int index,
                                  const kafka::ClientSettings& client)
{
    const std::string lane = std::to_string(index);
    ingest::LaneSettings made;
    made.index = index;
    made.limits = settings.limits;
    made.consumer.client = client;
    made.consumer.group = settings.group;
    made.consumer.instanceId = settings.instance + "-" + lane;
    made.takeOver.owner = "millrace/" + settings.instance + "/" + lane;
    made.takeOver.dsn = settings.database;
    made.takeOver.acceptCluster = settings.acceptCluster;
    made.takeOver.demo = !settings.demoClusterId.empty();
    made.takeOver.limits = settings.limits;
    made.landing.dataSchema = settings.dataSchema;
    made.landing.brinIndex = settings.brinIndex;
    made.landing.instance = settings.instance;
    made.landing.limits = settings.limits;
    return made;
}

ingest::SupervisorSettings supervisorSettings(const Settings& settings)
{
    const kafka::ClientSettings client{settings.brokers, "millrace", settings.kafkaProperties};
    const std::string name = "millrace/" + settings.instance;
    ingest::SupervisorSettings made;
    for (int index = 0; index < settings.lanes; ++index)
        made.lanes.push_back(laneSettings(settings, index, client));
    made.discovery = {client, settings.database, name + "/discovery", settings.topicsPattern,
                      demoIdentity(settings)};
    made.steward.dsn = settings.database;
    made.steward.instance = settings.instance;
    made.steward.host = hostName();
    made.steward.version = MILLRACE_VERSION;
    made.prober = {client, settings.database, name + "/prober", settings.limits};
    made.group = {client, settings.group, settings.instance};
    made.jobs.client = client;
    made.jobs.dsn = settings.database;
    made.jobs.applicationName = name + "/jobs";
    made.jobs.instance = settings.instance;
    made.jobs.landing = laneSettings(settings, 0, client).landing;
    made.care = {settings.database, name + "/caretaker", settings.dataSchema};
    return made;
}

Result<void> migrateDatabase(const Settings& settings)
{
    postgres::ConnectOptions options;
    options.applicationName = "millrace/" + settings.instance + "/start";
    auto connection = postgres::Connection::open(settings.database, options);
    if (!connection)
        return connection.error();
    return control::migrate(*connection);
}

bool passesByItself(const Error& error)
{
    return error.code == Code::ConnectionLost || error.code == Code::Retry ||
           error.code == Code::LockTimeout;
}

} // namespace

struct Engine::State
{
    std::unique_ptr<ingest::Supervisor> supervisor;
    int lanes = 0;
};

Engine::Engine()
    : m_state(std::make_unique<State>())
{
}

Engine::~Engine()
{
    stop();
}

Result<std::unique_ptr<Engine>> Engine::start(const Settings& settings)
{
    try {
        const std::regex pattern(settings.topicsPattern);
    } catch (const std::regex_error& error) {
        return Error{Scope::Process, Code::InvalidInput,
                     "--topics is not a regular expression: " + std::string(error.what()),
                     settings.topicsPattern};
    }
    if (const auto migrated = migrateDatabase(settings); !migrated) {
        if (!passesByItself(migrated.error()))
            return migrated.error();
        log(LogLevel::Warning, "database_away", describe(migrated.error()));
    }
    std::unique_ptr<Engine> engine(new Engine);
    if (settings.ingest) {
        if (const std::string fault = kafka::faultOfLibrary(); !fault.empty())
            log(LogLevel::Warning, "kafka_library", fault);
        engine->m_state->lanes = settings.lanes;
        engine->m_state->supervisor =
            std::make_unique<ingest::Supervisor>(supervisorSettings(settings));
        engine->m_state->supervisor->start();
    }
    return engine;
}

void Engine::stop()
{
    m_state->supervisor.reset();
}

std::int64_t EngineStatus::landedRecords() const
{
    std::int64_t sum = 0;
    for (const auto& lane : lanes)
        sum += lane->counters.rows + lane->counters.dead + lane->counters.skipped;
    return sum;
}

EngineStatus Engine::status() const
{
    EngineStatus status;
    if (!m_state->supervisor) {
        status.ready = true;
        return status;
    }
    status.lanes = m_state->supervisor->statuses();
    status.alarms = m_state->supervisor->alarms();
    const auto seenAt = m_state->supervisor->clusterSeenAt();
    if (!seenAt)
        status.troubles.push_back("no Kafka broker has answered yet");
    else if (steadyNow() - *seenAt > brokerSilenceMax)
        status.troubles.push_back("no Kafka broker has answered for 15 seconds or more");
    for (const auto& lane : status.lanes) {
        if (!lane->healthy)
            status.troubles.push_back("lane " + std::to_string(lane->lane) + " is " + lane->state);
    }
    status.ready =
        status.troubles.empty() && status.lanes.size() == static_cast<std::size_t>(m_state->lanes);
    return status;
}

} // namespace millrace::engine
