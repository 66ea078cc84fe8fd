// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/forwarding.h"

#include "app/http/request_check.h"

#include <algorithm>
#include <array>

namespace millrace::http {

namespace {

constexpr std::array<std::string_view, 5> names{"x-forwarded-for", "x-forwarded-host",
                                                "x-forwarded-proto", "x-real-ip", "forwarded"};

std::string clientOf(std::string address, std::string_view hops, const AddressRanges& proxies)
{
    while (!hops.empty() && proxies.contains(address)) {
        const auto comma = hops.rfind(',');
        const bool isLast = comma == std::string_view::npos;
        const auto before = addressOf(isLast ? hops : hops.substr(comma + 1));
        if (!before)
            break;
        address = *before;
        hops = isLast ? std::string_view() : hops.substr(0, comma);
    }
    return address;
}

} // namespace

bool isForwardHeader(std::string_view name)
{
    return std::ranges::any_of(names,
                               [name](std::string_view one) { return isSameHeader(name, one); });
}

void applyForwarding(Request& request, const ForwardHeaders& headers, const AddressRanges& proxies)
{
    request.isForwarded = headers.isAny;
    request.isByProxy = headers.isAny && proxies.contains(request.remote);
    if (!request.isByProxy)
        return;
    request.remote = clientOf(request.remote, headers.forwardedFor, proxies);
    if (!headers.forwardedHost.empty())
        request.host = headers.forwardedHost.substr(0, headers.forwardedHost.find(','));
}

} // namespace millrace::http
