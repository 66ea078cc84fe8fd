// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_config.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <mutex>
#include <unordered_map>

namespace millrace::kafka {

namespace {

constexpr std::chrono::seconds logRepeatMin{10};
constexpr int syslogWarning = 4;
constexpr int syslogInfo = 6;

/// Said every ten seconds of brokers that the library takes for old, the in-process one among them;
/// nothing here asks for topics that might then be made.
constexpr std::string_view autoCreateWarning = "allow.auto.create.topics=false not supported";
/// The offsets in the group are for people's tools (Consumer::commitForTools): the next ones are
/// written a moment later, and what is landed is known to the database.
constexpr std::string_view commitFacility = "COMMITFAIL";

bool concernsNobody(std::string_view facility, std::string_view text)
{
    return facility == commitFacility || text.find(autoCreateWarning) != std::string_view::npos;
}

void writeLog(const rd_kafka_t* client, int level, const char* facility, const char* text)
{
    if (concernsNobody(facility, text))
        return;
    if (level <= syslogInfo && isRepeatedLog(facility))
        return;
    const LogLevel ours = level <= syslogWarning ? LogLevel::Warning
                          : level <= syslogInfo  ? LogLevel::Info
                                                 : LogLevel::Debug;
    log(ours, "kafka_client", text,
        {{"facility", facility}, {"client", client != nullptr ? rd_kafka_name(client) : ""}});
}

Result<void> setProperty(rd_kafka_conf_t* conf, std::string_view name, const std::string& value,
                         Presence presence)
{
    std::array<char, 512> reason{};
    const std::string key(name);
    const auto outcome =
        rd_kafka_conf_set(conf, key.c_str(), value.c_str(), reason.data(), reason.size());
    if (outcome == RD_KAFKA_CONF_OK)
        return {};
    if (outcome == RD_KAFKA_CONF_UNKNOWN) {
        if (presence == Presence::WhereKnown)
            return {};
        return Error{Scope::Process, Code::Unsupported,
                     "the Kafka library here (" + std::string(rd_kafka_version_str()) +
                         ") does not know the property " + key,
                     key};
    }
    if (isSecretProperty(name))
        return Error{Scope::Process, Code::InvalidInput, "the value of " + key + " is not accepted",
                     key};
    return Error{Scope::Process, Code::InvalidInput, reason.data(), key};
}

Result<void> setAll(rd_kafka_conf_t* conf, const std::vector<OwnProperty>& properties)
{
    for (const auto& [name, value, presence] : properties)
        if (auto done = setProperty(conf, name, value, presence); !done)
            return done;
    return {};
}

} // namespace

bool isRepeatedLog(const char* kind)
{
    static std::mutex guard;
    static std::unordered_map<std::string, SteadyTime> lastSaid;
    const std::scoped_lock lock(guard);
    const SteadyTime now = steadyNow();
    const auto [place, isNew] = lastSaid.try_emplace(kind, now);
    if (isNew)
        return false;
    if (now - place->second < logRepeatMin)
        return true;
    place->second = now;
    return false;
}

Result<ConfHandle> makeConf(const ClientSettings& settings, std::vector<OwnProperty> defaults,
                            const std::vector<OwnProperty>& fixed)
{
    ConfHandle conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), writeLog);
    defaults.insert(defaults.end(), {{"client.id", settings.clientId},
                                     {"socket.keepalive.enable", "true"},
                                     {"socket.nagle.disable", "true"},
                                     {"reconnect.backoff.ms", "50"},
                                     {"reconnect.backoff.max.ms", "1000"}});
    if (auto done = setAll(conf.get(), defaults); !done)
        return done.error();
    for (const auto& [name, value] : settings.properties) {
        if (auto allowed = checkProperty(name, value); !allowed)
            return allowed.error();
        if (auto done = setProperty(conf.get(), name, value, Presence::Required); !done)
            return done.error();
    }
    if (auto done = checkTogether(settings); !done)
        return done.error();
    if (auto done = setAll(conf.get(), {{"bootstrap.servers", settings.brokers}}); !done)
        return done.error();
    if (auto done = setAll(conf.get(), fixed); !done)
        return done.error();
    return conf;
}

Result<ClientHandle> startClient(ConfHandle conf, ClientRole role)
{
    std::array<char, 512> reason{};
    const auto type = role == ClientRole::Consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (client == nullptr)
        return Error{Scope::Process, Code::InvalidInput,
                     "the Kafka client cannot start: " + std::string(reason.data()), "kafka"};
    static_cast<void>(conf.release()); // the client owns it now
    return ClientHandle(client);
}

} // namespace millrace::kafka
