// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/kafka_broker.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/loopback.h"
#include "tests/harness/wait_until.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>

namespace millrace::harness {
namespace {

constexpr std::chrono::seconds startLimit{60};
constexpr std::chrono::seconds stopLimit{30};

/// Kafka's ids are 16 bytes in unpadded base64url.
std::string randomId()
{
    static constexpr char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::string made;
    while (made.size() < 21)
        made += letters[random() % (sizeof letters - 1)];
    return made + "A"; // the last letter holds two bits and four zeros
}

std::string kafkaFolder()
{
    static const bool resolved = [] {
        runTool({.program = std::string(MR_SOURCE_FOLDER) + "/tests/kafka/resolve.sh",
                 .arguments = {},
                 .outputFile = {}},
                std::chrono::minutes(5));
        return true;
    }();
    (void)resolved;
    return std::string(MR_SOURCE_FOLDER) + "/.build/kafka";
}

std::string classpath()
{
    std::string found = readFile(kafkaFolder() + "/classpath");
    found.erase(std::remove(found.begin(), found.end(), '\n'), found.end());
    return found;
}

std::string lastLines(const std::string& text, std::size_t bytes)
{
    return text.size() <= bytes ? text : text.substr(text.size() - bytes);
}

/// Small, quick to notice things, one copy of everything.
std::map<std::string, std::string> quickProperties()
{
    return {{"process.roles", "broker,controller"},
            {"node.id", "1"},
            {"controller.listener.names", "CONTROLLER"},
            {"inter.broker.listener.name", "PLAINTEXT"},
            {"auto.create.topics.enable", "false"},
            {"offsets.topic.replication.factor", "1"},
            {"offsets.topic.num.partitions", "1"},
            {"transaction.state.log.replication.factor", "1"},
            {"transaction.state.log.min.isr", "1"},
            {"transaction.state.log.num.partitions", "1"},
            {"group.initial.rebalance.delay.ms", "0"},
            {"group.min.session.timeout.ms", "1000"},
            // after kill -9 the node may register again only when its old session has ended
            {"broker.session.timeout.ms", "1000"},
            {"broker.heartbeat.interval.ms", "100"},
            {"log.initial.task.delay.ms", "500"},
            {"log.retention.check.interval.ms", "500"},
            {"log.segment.delete.delay.ms", "500"},
            {"log.cleaner.backoff.ms", "500"},
            {"log.cleaner.dedupe.buffer.size", "4194304"},
            {"socket.request.max.bytes", "268435456"},
            {"num.network.threads", "2"},
            {"num.io.threads", "4"},
            {"num.recovery.threads.per.data.dir", "2"},
            {"background.threads", "2"},
            {"group.coordinator.threads", "1"}};
}

} // namespace

KafkaBroker::KafkaBroker(BrokerOptions options)
    : m_options(std::move(options))
    , m_clusterId(randomId())
    , m_plainPort(freePort())
    , m_controllerPort(freePort())
    , m_saslPort(freePort())
    , m_tlsPort(freePort())
    , m_proxiedPort(freePort())
{
    std::filesystem::create_directory(logDir());
    if (m_options.tls)
        makeCertificate();
    writeProperties();
    format();
}

KafkaBroker::~KafkaBroker() = default;

std::string KafkaBroker::address() const
{
    return ownAddress();
}

std::string KafkaBroker::at(int port) const
{
    return address() + ":" + std::to_string(port);
}

std::map<std::string, std::string> KafkaBroker::serverProperties() const
{
    auto lines = quickProperties();
    std::string listeners = "PLAINTEXT://" + brokers() + ",CONTROLLER://" + at(m_controllerPort);
    std::string advertised = "PLAINTEXT://" + brokers();
    std::string protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT";
    const auto listen = [&](const std::string& name, const std::string& protocol, int port,
                            const std::string& shown) {
        listeners += "," + name + "://" + at(port);
        advertised += "," + name + "://" + shown;
        protocols += "," + name + ":" + protocol;
    };
    if (!m_options.users.empty()) {
        listen("SASL", "SASL_PLAINTEXT", m_saslPort, saslBrokers());
        const std::string prefix = "listener.name.sasl.";
        lines["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512";
        std::string known;
        for (const auto& [user, password] : m_options.users)
            known += " user_" + user + "=\"" + password + "\"";
        lines[prefix + "plain.sasl.jaas.config"] =
            "org.apache.kafka.common.security.plain.PlainLoginModule required" + known + ";";
        for (const std::string mechanism : {"scram-sha-256", "scram-sha-512"})
            lines[prefix + mechanism + ".sasl.jaas.config"] =
                "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    }
    if (m_options.tls) {
        listen("TLS", "SSL", m_tlsPort, tlsBrokers());
        lines["listener.name.tls.ssl.keystore.type"] = "PEM";
        lines["listener.name.tls.ssl.keystore.location"] = m_folder.file("server.pem");
    }
    if (!m_options.proxy.empty())
        listen("PROXIED", "PLAINTEXT", m_proxiedPort, m_options.proxy);
    lines["listeners"] = listeners;
    lines["advertised.listeners"] = advertised;
    lines["listener.security.protocol.map"] = protocols;
    lines["controller.quorum.voters"] = "1@" + at(m_controllerPort);
    lines["log.dirs"] = logDir();
    for (const auto& [name, value] : m_options.properties)
        lines[name] = value;
    return lines;
}

void KafkaBroker::writeProperties() const
{
    std::ofstream out(m_folder.file("server.properties"));
    for (const auto& [name, value] : serverProperties())
        out << name << '=' << value << '\n';
}

void KafkaBroker::makeCertificate() const
{
    const std::string extension = m_folder.file("extension");
    std::ofstream(extension) << "subjectAltName=IP:" << address() << '\n';
    const auto openssl = [](std::vector<std::string> arguments) {
        runTool({.program = "openssl", .arguments = std::move(arguments), .outputFile = {}});
    };
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=millrace test authority", "-keyout", m_folder.file("ca.key"), "-out",
             authorityFile()});
    openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=millrace test broker", "-keyout",
             m_folder.file("server.key"), "-out", m_folder.file("server.csr")});
    openssl({"x509", "-req", "-days", "2", "-in", m_folder.file("server.csr"), "-CA",
             authorityFile(), "-CAkey", m_folder.file("ca.key"), "-CAcreateserial", "-extfile",
             extension, "-out", m_folder.file("server.crt")});
    std::ofstream(m_folder.file("server.pem"))
        << readFile(m_folder.file("server.key")) << readFile(m_folder.file("server.crt"));
}

void KafkaBroker::format() const
{
    if (m_options.users.empty()) {
        // all that the storage tool would write, without starting a JVM for it
        std::ofstream(logDir() + "/meta.properties")
            << "version=1\nnode.id=1\ncluster.id=" << m_clusterId << '\n';
        return;
    }
    ChildSpec tool = java("kafka.tools.StorageTool");
    tool.arguments.insert(tool.arguments.end(),
                          {"format", "-t", m_clusterId, "-c", m_folder.file("server.properties")});
    for (const auto& [user, password] : m_options.users) {
        for (const std::string mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
            tool.arguments.insert(
                tool.arguments.end(),
                {"--add-scram", mechanism + "=[name=" + user + ",password=" + password + "]"});
        }
    }
    runTool(tool);
}

ChildSpec KafkaBroker::java(const std::string& mainClass) const
{
    const std::string folder = kafkaFolder();
    ChildSpec spec{.program = "java",
                   .arguments = {"-Xmx" + std::to_string(m_options.heapMb) + "m",
                                 "-XX:+UseSerialGC",
                                 "-XX:SharedArchiveFile=" + folder + "/kafka.jsa",
                                 "-Dlog4j2.configurationFile=" + std::string(MR_SOURCE_FOLDER) +
                                     "/tests/kafka/log4j2.properties"},
                   .outputFile = logFile()};
    if (!m_options.optimized)
        spec.arguments.push_back("-XX:TieredStopAtLevel=1");
    spec.arguments.insert(spec.arguments.end(), {"-cp", classpath(), mainClass});
    return spec;
}

void KafkaBroker::start()
{
    ChildSpec spec = java("kafka.Kafka");
    spec.arguments.push_back(m_folder.file("server.properties"));
    m_process = std::make_unique<ChildProcess>(spec);
    // the listener opens last, when the broker is registered and has caught up
    const bool up = waitUntil(
        startLimit, [this] { return accepts(address(), m_plainPort) || !m_process->running(); });
    if (!up || !m_process->running())
        throw HarnessError("the broker did not start: " + lastLines(readFile(logFile()), 3000));
}

void KafkaBroker::stop()
{
    m_process->signal(SIGCONT);
    m_process->signal(SIGTERM);
    if (!m_process->wait(stopLimit))
        m_process->kill9();
}

void KafkaBroker::kill9()
{
    m_process->kill9();
}

void KafkaBroker::restart()
{
    stop();
    start();
}

void KafkaBroker::freeze()
{
    m_process->signal(SIGSTOP);
}

void KafkaBroker::thaw()
{
    m_process->signal(SIGCONT);
}

KafkaAdmin& KafkaBroker::admin()
{
    if (!m_admin)
        m_admin.emplace(KafkaProperties{{"bootstrap.servers", brokers()}});
    return *m_admin;
}

} // namespace millrace::harness
