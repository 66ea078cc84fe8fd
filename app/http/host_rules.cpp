// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/host_rules.h"

#include "app/http/listen_address.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace millrace::http {

namespace {

/// Ends of names that nobody can register for the world.
constexpr std::array<std::string_view, 7> privateEnds{".localhost", ".local", ".internal", ".lan",
                                                      ".home.arpa", ".svc",   ".test"};

std::string lower(std::string_view text)
{
    std::string small(text);
    for (char& letter : small)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return small;
}

/// What stands behind the scheme; empty for "null".
std::string_view hostOfOrigin(std::string_view origin)
{
    constexpr std::string_view separator = "://";
    const auto scheme = origin.find(separator);
    return scheme == std::string_view::npos ? std::string_view()
                                            : origin.substr(scheme + separator.size());
}

} // namespace

bool isLoopbackHost(std::string_view hostHeader)
{
    const std::string host = lower(splitHost(hostHeader).host);
    return host == "localhost" || isLoopbackAddress(host);
}

bool isLocalHost(std::string_view hostHeader)
{
    const HostAndPort parts = splitHost(hostHeader);
    const std::string host = lower(parts.host);
    if (parts.hasBrackets || isV4Address(host))
        return true;
    return !host.empty() && (host.find('.') == std::string::npos ||
                             std::ranges::any_of(privateEnds, [&host](std::string_view end) {
                                 return host.ends_with(end);
                             }));
}

std::optional<Response> HostRules::refusal(const Request& request) const
{
    if (names == Names::Any || (request.isByProxy && !asksProxiesToo))
        return std::nullopt;
    if (request.host && !knows(*request.host))
        return errorResponse(421, "host",
                             names == Names::Loopback
                                 ? "this server answers to the names of the loopback only, and to "
                                   "those of --host-names"
                                 : "without tokens this server answers to addresses, to local "
                                   "names, and to those of --host-names");
    if (request.origin && !knows(hostOfOrigin(*request.origin)))
        return errorResponse(403, "origin", "pages of other servers may not ask this one");
    return std::nullopt;
}

bool HostRules::knows(std::string_view hostHeader) const
{
    if (names == Names::Loopback ? isLoopbackHost(hostHeader) : isLocalHost(hostHeader))
        return true;
    const std::string host = lower(splitHost(hostHeader).host);
    return std::ranges::any_of(
        more, [&host](const std::string& name) { return name == "*" || name == host; });
}

} // namespace millrace::http
