// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/routes.h"

#include "app/http/percent.h"
#include "core/base/nearest_name.h"
#include "core/base/text.h"

#include <algorithm>

namespace millrace::http {

namespace {

bool isPlaceholder(std::string_view segment)
{
    return segment.starts_with('{') && segment.ends_with('}');
}

/// What the placeholders stand for; nothing when the path is another one.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& segments)
{
    if (pattern.size() != segments.size())
        return std::nullopt;
    std::vector<std::string> captured;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (isPlaceholder(pattern[i]))
            captured.push_back(segments[i]);
        else if (pattern[i] != segments[i])
            return std::nullopt;
    }
    return captured;
}

Routed refusing(Response response)
{
    return {Pace::Quick, [response = std::move(response)](const Request&) { return response; },
            true};
}

bool isJson(const std::optional<std::string>& contentType)
{
    constexpr std::string_view wanted = "application/json";
    if (!contentType || contentType->size() < wanted.size())
        return false;
    const bool same = std::ranges::equal(
        wanted, std::string_view(*contentType).substr(0, wanted.size()),
        [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b); });
    const std::string_view rest = std::string_view(*contentType).substr(wanted.size());
    return same && (rest.empty() || rest.front() == ';' || rest.front() == ' ');
}

} // namespace

Routes::Routes(std::vector<Route> routes, HostRules hosts, Gate gate)
    : m_hosts(std::move(hosts))
    , m_gate(std::move(gate))
{
    for (Route& route : routes) {
        auto segments = pathSegments(route.path);
        m_patterns.push_back({std::move(route), std::move(*segments)});
    }
}

Routed Routes::find(Request& request) const
{
    if (auto refused = m_hosts.refusal(request))
        return refusing(std::move(*refused));
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::string allow;
    const auto known = [&](const std::string& name) {
        allow += (allow.empty() ? "" : ", ") + (name == "GET" ? "GET, HEAD" : name);
        return name == method;
    };
    if (request.segments.empty())
        return known("GET") ? Routed{Pace::Quick, [this](const Request&) { return index(); }}
                            : wrongMethod(request, allow);
    for (const Pattern& pattern : m_patterns) {
        auto captured = match(pattern.segments, request.segments);
        if (!captured || !known(pattern.route.method))
            continue;
        request.captured = std::move(*captured);
        return pass(pattern.route, request);
    }
    return allow.empty() ? refusing(unknown(request)) : wrongMethod(request, allow);
}

Routed Routes::pass(const Route& route, const Request& request) const
{
    const bool isAsked = !route.slowWith.empty() && request.parameter(route.slowWith);
    const Access needs = isAsked ? route.needsWith.value_or(route.needs) : route.needs;
    if (auto stopped = m_gate ? m_gate(request, needs) : std::nullopt) {
        if (route.toStrangers && !request.authorization)
            return {route.pace, route.toStrangers};
        return refusing(std::move(*stopped));
    }
    const bool takesBody = route.method == "POST";
    if (takesBody && !isJson(request.contentType))
        return refusing(
            errorResponse(415, "content_type", "send this with Content-Type: application/json"));
    const Pace pace = isAsked ? Pace::Question : route.pace;
    return {pace, route.answer, false, takesBody,
            pace == Pace::Quick ? EarlyHandler() : route.early};
}

Routed Routes::wrongMethod(const Request& request, const std::string& allow) const
{
    Response response = errorResponse(405, "method", "this path answers " + allow + " only");
    if (request.method == "OPTIONS") {
        response = Response{};
        response.status = 204;
    }
    response.headers.emplace_back("Allow", allow + ", OPTIONS");
    return refusing(std::move(response));
}

Response Routes::answer(Request request) const
{
    const Routed routed = find(request);
    Response response = routed.answer(request);
    complete(response, request);
    return response;
}

Response Routes::unknown(const Request& request) const
{
    std::string path;
    for (const std::string& segment : request.segments)
        path += "/" + segment;
    std::vector<std::string_view> paths;
    for (const Pattern& pattern : m_patterns)
        paths.push_back(pattern.route.path);
    const std::string_view nearest = nearestName(path, paths);
    return errorResponse(
        404, "not_found",
        "there is nothing at this path; " +
            (nearest.empty() ? "/ lists what is" : "the nearest one is " + std::string(nearest)));
}

Response Routes::index() const
{
    std::string body = "{";
    for (const Pattern& pattern : m_patterns) {
        body += body.size() > 1 ? ",\n " : "\n ";
        const Route& route = pattern.route;
        appendJsonString(body,
                         route.method == "GET" ? route.path : route.method + " " + route.path);
        body += ": ";
        appendJsonString(body, pattern.route.help);
    }
    Response response;
    response.body = body + "\n}\n";
    return response;
}

void complete(Response& response, const Request& request)
{
    if (response.problem)
        response.body = problemBody(*response.problem, request.id);
}

} // namespace millrace::http
