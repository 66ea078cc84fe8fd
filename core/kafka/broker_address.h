// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::kafka {

struct BrokerAddress
{
    std::string host;
    std::string port;
    bool operator==(const BrokerAddress&) const = default;
};

/// "[protocol://]host[:port],…", IPv6 addresses in brackets; the port of Kafka where none is given.
[[nodiscard]] std::vector<BrokerAddress> parseBrokers(std::string_view brokers);

/// The name has an address. A name service that does not answer in time counts as no.
[[nodiscard]] bool resolves(const BrokerAddress& broker, std::chrono::milliseconds timeout);

/// Why no TCP connection comes about within `timeout`; empty: it does.
[[nodiscard]] std::string connectTrouble(const BrokerAddress& broker,
                                         std::chrono::milliseconds timeout);

} // namespace millrace::kafka
