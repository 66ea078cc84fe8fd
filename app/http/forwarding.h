// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/address_ranges.h"
#include "app/http/exchange.h"

#include <string>

namespace millrace::http {

/// What the headers of proxies say; lines of one name are joined by commas.
struct ForwardHeaders
{
    std::string forwardedFor;  ///< X-Forwarded-For
    std::string forwardedHost; ///< X-Forwarded-Host
    bool isAny = false;        ///< these, X-Forwarded-Proto, X-Real-IP or Forwarded
};

/// Whether a header of that name is one of those.
[[nodiscard]] bool isForwardHeader(std::string_view name);

/// Takes the client's address and the asked name from a request that one of `proxies` has sent: the
/// address is the last one that no proxy of ours has. From anybody else such headers only say that
/// the request did not begin on this machine, whatever address it comes from.
void applyForwarding(Request& request, const ForwardHeaders& headers, const AddressRanges& proxies);

} // namespace millrace::http
