// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/diagnosis.h"

#include "core/kafka/broker_address.h"
#include "core/kafka/client_config.h"
#include "core/kafka/cluster.h"
#include "core/kafka/kafka_errors.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <regex>

namespace millrace::kafka {

namespace {

using std::chrono::milliseconds;

bool asks(const ClientSettings& settings, std::string_view word)
{
    std::string lower(lastValueOf(settings, "security.protocol"));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.find(word) != std::string::npos;
}

/// "a, b, c and 7 more"
std::string joined(const std::vector<std::string>& names)
{
    constexpr std::size_t shownMax = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), shownMax); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shownMax)
        text += " and " + std::to_string(names.size() - shownMax) + " more";
    return text;
}

LayerCheck passed(std::string layer, std::string found)
{
    return {std::move(layer), true, std::move(found), {}};
}

LayerCheck failed(std::string layer, std::string found, std::string mend)
{
    return {std::move(layer), false, std::move(found), std::move(mend)};
}

LayerCheck checkDns(const std::vector<BrokerAddress>& brokers, milliseconds timeout)
{
    std::vector<std::string> missing;
    for (const BrokerAddress& broker : brokers)
        if (!resolves(broker, timeout))
            missing.push_back(broker.host);
    if (missing.size() == brokers.size())
        return failed("kafka dns", "no address is known for " + joined(missing),
                      "check the host names in --brokers and this machine's name service");
    return passed("kafka dns", missing.empty() ? "every broker name has an address"
                                               : "no address is known for " + joined(missing) +
                                                     ", the others are found");
}

LayerCheck checkTcp(const std::vector<BrokerAddress>& brokers, milliseconds timeout)
{
    std::vector<std::string> unreachable;
    for (const BrokerAddress& broker : brokers) {
        const std::string trouble = connectTrouble(broker, timeout);
        if (trouble.empty())
            return passed("kafka tcp", broker.host + ":" + broker.port + " accepts connections");
        unreachable.push_back(broker.host + ":" + broker.port + " (" + trouble + ")");
    }
    return failed("kafka tcp", "no broker accepts a connection: " + joined(unreachable),
                  "check the port, that the broker runs, and firewalls between here and there");
}

/// A first conversation with the cluster, and what went wrong in it.
struct Talk
{
    bool succeeded = false;
    bool tlsFailed = false;
    bool loginFailed = false;
    std::string text;
};

Talk talk(const ClientSettings& settings, milliseconds timeout)
{
    Talk outcome;
    auto conf = makeConf(settings, {}, {});
    if (!conf)
        return {false, false, false, conf.error().what};
    rd_kafka_conf_set_opaque(conf->get(), &outcome);
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int code, const char* text,
                                               void* opaque) {
        auto* seen = static_cast<Talk*>(opaque);
        const bool isTls = code == RD_KAFKA_RESP_ERR__SSL ||
                           std::string_view(text).find("SSL_HANDSHAKE") != std::string_view::npos;
        const bool isLogin = code == RD_KAFKA_RESP_ERR__AUTHENTICATION;
        seen->tlsFailed |= isTls;
        seen->loginFailed |= isLogin;
        if (isTls || isLogin || seen->text.empty())
            seen->text = text;
    });
    auto client = startClient(*std::move(conf), ClientRole::Consumer);
    if (!client)
        return {false, false, false, client.error().what};
    const struct rd_kafka_metadata* metadata = nullptr;
    constexpr int onlyKnownTopics = 0;
    const auto code = rd_kafka_metadata(client->get(), onlyKnownTopics, nullptr, &metadata,
                                        static_cast<int>(timeout.count()));
    rd_kafka_poll(client->get(), 0);
    outcome.succeeded = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (outcome.succeeded)
        rd_kafka_metadata_destroy(metadata);
    else if (outcome.text.empty())
        outcome.text = rd_kafka_err2str(code);
    return outcome;
}

/// TLS, SASL and the protocol above them; the last one tells whether to go on.
std::vector<LayerCheck> checkTalk(const ClientSettings& settings, milliseconds timeout)
{
    const Talk outcome = talk(settings, timeout);
    std::vector<LayerCheck> checks;
    const bool usesTls = asks(settings, "ssl");
    const bool usesSasl = asks(settings, "sasl");
    if (usesTls && outcome.tlsFailed)
        return {failed("kafka tls", outcome.text,
                       "check ssl.ca.location, the broker's certificate and its host name, and "
                       "that this listener speaks TLS")};
    if (usesTls && (outcome.succeeded || outcome.loginFailed))
        checks.push_back(passed("kafka tls", "the connection is encrypted and verified"));
    if (usesSasl && outcome.loginFailed) {
        checks.push_back(failed("kafka sasl", outcome.text,
                                "check sasl.mechanism, sasl.username and sasl.password"));
        return checks;
    }
    if (usesSasl && outcome.succeeded)
        checks.push_back(passed("kafka sasl", "the login is accepted"));
    checks.push_back(outcome.succeeded
                         ? passed("kafka protocol", "the cluster answers")
                         : failed("kafka protocol", outcome.text,
                                  "check that this listener is Kafka and that security.protocol "
                                  "is the one it expects"));
    return checks;
}

/// Topics that would be ingested; internal ones only when the expression names them.
Result<std::vector<std::string>> matching(const ClusterInfo& info, const std::string& pattern)
{
    std::vector<std::string> names;
    try {
        const std::regex expression(pattern.empty() ? "[^_].*|_[^_].*|_" : pattern);
        for (const TopicInfo& topic : info.topics)
            if (std::regex_match(topic.name, expression))
                names.push_back(topic.name);
    } catch (const std::regex_error& error) {
        return Error{Scope::Process, Code::InvalidInput,
                     "'" + pattern + "' is not a regular expression: " + error.what(), "--topics"};
    }
    return names;
}

LayerCheck checkTopics(const ClusterInfo& info, const Result<std::vector<std::string>>& names,
                       const std::string& pattern)
{
    if (!names)
        return failed("kafka topics", names.error().what, "mend the expression of --topics");
    if (!names->empty())
        return passed("kafka topics", "found " + joined(*names));
    if (info.topics.empty())
        return failed("kafka topics", "the cluster shows no topic",
                      "produce something first, or grant Describe on the topics");
    return failed("kafka topics",
                  "none of " + std::to_string(info.topics.size()) + " topics matches '" + pattern +
                      "'",
                  "change --topics, or create the topic: it is found by itself");
}

/// Reads one record: the right to read shows itself nowhere else.
LayerCheck checkReading(Cluster& cluster, const std::vector<std::string>& names,
                        milliseconds timeout)
{
    constexpr std::string_view layer = "kafka authorisation";
    const std::string mend = "grant Describe and Read on the topics, and Read on the group";
    for (const std::string& name : names) {
        const TopicPartition where{name, PartitionId(0)};
        const auto range = cluster.watermarks(where, timeout);
        if (!range)
            return failed(std::string(layer), describe(range.error()), mend);
        const auto probe = cluster.probe(where, range->low, timeout);
        if (!probe)
            return failed(std::string(layer), describe(probe.error()), mend);
        return passed(std::string(layer), "topic " + name + " can be read");
    }
    return passed(std::string(layer), "no topic to try");
}

bool add(std::vector<LayerCheck>& checks, LayerCheck check)
{
    checks.push_back(std::move(check));
    return checks.back().passed;
}

} // namespace

std::vector<LayerCheck> diagnose(const ClientSettings& settings, const std::string& topicsPattern,
                                 milliseconds timeout)
{
    std::vector<LayerCheck> checks;
    const std::vector<BrokerAddress> brokers = parseBrokers(settings.brokers);
    if (brokers.empty()) {
        add(checks, failed("kafka brokers", "no broker is named", "set --brokers host:port,…"));
        return checks;
    }
    if (!add(checks, checkDns(brokers, timeout)) || !add(checks, checkTcp(brokers, timeout)))
        return checks;
    for (LayerCheck& check : checkTalk(settings, timeout))
        if (!add(checks, std::move(check)))
            return checks;
    auto cluster = Cluster::open(settings);
    const auto info = cluster ? cluster->describe(timeout) : Result<ClusterInfo>(cluster.error());
    if (!info) {
        add(checks, failed("kafka authorisation", describe(info.error()),
                           "grant Describe on the cluster and the topics"));
        return checks;
    }
    const auto names = matching(*info, topicsPattern);
    if (add(checks, checkTopics(*info, names, topicsPattern)))
        add(checks, checkReading(*cluster, *names, timeout));
    return checks;
}

} // namespace millrace::kafka
