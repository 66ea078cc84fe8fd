// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::kafka {

/// How to reach a cluster; shared by consumers, discovery and the demo's producer.
struct ClientSettings
{
    std::string brokers;
    std::string clientId = "millrace";
    /// Allow-listed librdkafka properties of the user, in order (security, sizes, time-outs).
    std::vector<std::pair<std::string, std::string>> properties;
};

/// A user may set this librdkafka property. Refused ones say why in one sentence: it would break
/// exactly-once (offsets, isolation, assignment are ours), it loads libraries or runs programs, or
/// it is unknown (with the nearest allowed name).
Result<void> checkProperty(std::string_view name);
/// The same, and the value is one we can stand for: SASL mechanisms are PLAIN and SCRAM only.
Result<void> checkProperty(std::string_view name, std::string_view value);
/// Properties that need each other: SASL needs a mechanism, a user name and a password.
Result<void> checkTogether(const ClientSettings& settings);

/// The value that counts of a property, the last one given; empty: none.
[[nodiscard]] std::string_view lastValueOf(const ClientSettings& settings, std::string_view name);

/// The value of this property is a secret (never printed).
[[nodiscard]] bool isSecretProperty(std::string_view name) noexcept;

} // namespace millrace::kafka
