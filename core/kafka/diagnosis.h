// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/client_settings.h"

#include <chrono>
#include <string>
#include <vector>

namespace millrace::kafka {

/// One layer of a connection that was tried, for `--check` and the connection page.
struct LayerCheck
{
    std::string
        layer; ///< "kafka dns", "kafka tcp", "kafka tls", "kafka sasl", "kafka authorisation", …
    bool passed = false;
    std::string found; ///< what was seen, one sentence
    std::string mend;  ///< what to do about it; empty when passed
};

/// Tries the layers in order and stops at the first that fails; bounded by `timeout` a layer.
/// `topicsPattern` is the expression of --topics; a list without a match is its own layer.
[[nodiscard]] std::vector<LayerCheck> diagnose(const ClientSettings& settings,
                                               const std::string& topicsPattern,
                                               std::chrono::milliseconds timeout);

} // namespace millrace::kafka
