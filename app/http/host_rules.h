// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace::http {

/// Names that a web page of somebody else cannot make lead here (DNS rebinding).
enum class Names : std::uint8_t {
    Any,      ///< a token is asked for, which no such page has
    Local,    ///< addresses, names without a dot, those under .local, .internal, .svc and the like
    Loopback, ///< localhost, 127.0.0.0/8, [::1]
};

/// Which names in Host and Origin are answered.
struct HostRules
{
    Names names = Names::Any;
    std::vector<std::string> more = {}; ///< and these, in lower case; "*": every one
    bool asksProxiesToo = false;        ///< what a proxy of ours sent has no token either

    /// What stands against the request: 421 for its Host, 403 for its Origin.
    [[nodiscard]] std::optional<Response> refusal(const Request& request) const;

private:
    [[nodiscard]] bool knows(std::string_view hostHeader) const;
};

/// The Host header names this machine's loopback, with or without a port.
[[nodiscard]] bool isLoopbackHost(std::string_view hostHeader);
/// It is numeric, or a name that public DNS has not.
[[nodiscard]] bool isLocalHost(std::string_view hostHeader);

} // namespace millrace::http
