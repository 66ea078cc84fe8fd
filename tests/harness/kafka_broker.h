// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/child_process.h"
#include "tests/harness/kafka_admin.h"
#include "tests/harness/scratch_folder.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace millrace::harness {

/// How a broker differs from the plain one.
struct BrokerOptions
{
    /// Lines of server.properties; they win over ours.
    std::map<std::string, std::string> properties = {};
    /// Names and passwords; opens a SASL_PLAINTEXT listener for PLAIN and SCRAM-SHA-256 and -512.
    std::map<std::string, std::string> users = {};
    /// Opens a TLS listener with a certificate of a private authority.
    bool tls = false;
    /// "address:port" of a proxy; clients of proxied() are sent there for every request.
    std::string proxy = {};
    int heapMb = 256;
    /// Off: starts in half the time. On: full speed, for measuring.
    bool optimized = false;
};

/// A real Apache Kafka of one node (KRaft), in a folder of its own, on addresses of its own.
/// Several may run side by side: each is a cluster with its own id. Topics are not made by being
/// used.
class KafkaBroker
{
public:
    explicit KafkaBroker(BrokerOptions options = {});
    ~KafkaBroker();

    /// Returns when requests are answered; throws HarnessError with the end of its log.
    void start();
    void stop();
    void kill9();
    void restart();
    /// SIGSTOP and SIGCONT.
    void freeze();
    void thaw();

    /// "address:port" of the plain, the SASL, the TLS and the proxied listener.
    [[nodiscard]] std::string brokers() const { return at(m_plainPort); }
    [[nodiscard]] std::string saslBrokers() const { return at(m_saslPort); }
    [[nodiscard]] std::string tlsBrokers() const { return at(m_tlsPort); }
    [[nodiscard]] std::string proxied() const { return m_options.proxy; }
    /// The port that a proxy forwards to.
    [[nodiscard]] int proxiedPort() const { return m_proxiedPort; }
    [[nodiscard]] std::string address() const;
    /// The authority that signed the TLS listener's certificate (PEM file).
    [[nodiscard]] std::string authorityFile() const { return m_folder.file("ca.pem"); }

    /// Segment files of a partition lie in logDir()/<topic>-<partition>.
    [[nodiscard]] std::string logDir() const { return m_folder.file("data"); }
    [[nodiscard]] std::string logFile() const { return m_folder.file("broker.log"); }
    [[nodiscard]] const std::string& clusterId() const { return m_clusterId; }
    [[nodiscard]] ChildProcess& process() { return *m_process; }
    [[nodiscard]] KafkaAdmin& admin();

private:
    [[nodiscard]] std::string at(int port) const;
    [[nodiscard]] std::map<std::string, std::string> serverProperties() const;
    void writeProperties() const;
    void makeCertificate() const;
    void format() const;
    [[nodiscard]] ChildSpec java(const std::string& mainClass) const;

    BrokerOptions m_options;
    ScratchFolder m_folder;
    std::string m_clusterId;
    int m_plainPort;
    int m_controllerPort;
    int m_saslPort;
    int m_tlsPort;
    int m_proxiedPort;
    std::unique_ptr<ChildProcess> m_process;
    std::optional<KafkaAdmin> m_admin;
};

} // namespace millrace::harness
