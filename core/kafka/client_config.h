// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kafka/client_settings.h"
#include "core/kafka/kafka_handles.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::kafka {

enum class Presence : std::uint8_t { Required, WhereKnown };

/// One librdkafka property that we set; WhereKnown: newer than the oldest library we support.
struct OwnProperty
{
    std::string_view name;
    std::string value;
    Presence presence = Presence::Required;
};

/// A line of this kind was written less than 10 s ago: a broker that is down makes the same one
/// several times a second. Any thread.
[[nodiscard]] bool isRepeatedLog(const char* kind);

/// A configuration made in this order: `defaults`, the user's allow-listed properties, and `fixed`,
/// which nobody may change. librdkafka's own log goes to ours, repeated lines at most once in 10 s.
/// Error Process/InvalidInput: a property is refused, unknown, or its value is not understood.
Result<ConfHandle> makeConf(const ClientSettings& settings, std::vector<OwnProperty> defaults,
                            const std::vector<OwnProperty>& fixed);

enum class ClientRole : std::uint8_t { Consumer, Producer };

/// Starts a client; it connects by itself in the background. Error Process/InvalidInput.
Result<ClientHandle> startClient(ConfHandle conf, ClientRole role);

} // namespace millrace::kafka
