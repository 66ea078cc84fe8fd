// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/routes.h"

#include "app/http/listen_address.h"
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

} // namespace

Routes::Routes(std::vector<Route> routes, bool loopbackOnly)
    : m_loopbackOnly(loopbackOnly)
{
    for (Route& route : routes) {
        auto segments = pathSegments(route.path);
        m_patterns.push_back({std::move(route), std::move(*segments)});
    }
}

Routed Routes::find(Request& request) const
{
    const auto now = [](Response response) {
        return Routed{Pace::Quick,
                      [response = std::move(response)](const Request&) { return response; }};
    };
    if (auto refused = refusal(request))
        return now(std::move(*refused));
    const bool isIndex = request.segments.empty();
    const Route* route = nullptr;
    for (const Pattern& pattern : m_patterns) {
        auto captured = match(pattern.segments, request.segments);
        if (!captured)
            continue;
        route = &pattern.route;
        request.captured = std::move(*captured);
        break;
    }
    if (!isIndex && route == nullptr)
        return now(unknown(request));
    if (request.method != "GET" && request.method != "HEAD") {
        Response response = errorResponse(405, "method", "this path answers GET and HEAD only");
        response.headers.emplace_back("Allow", "GET, HEAD");
        return now(std::move(response));
    }
    if (isIndex)
        return now(index());
    const bool isSlow = route->pace == Pace::Slow ||
                        (!route->slowWith.empty() && request.parameter(route->slowWith));
    return {isSlow ? Pace::Slow : Pace::Quick, route->answer};
}

Response Routes::answer(Request request) const
{
    const Routed routed = find(request);
    Response response = routed.answer(request);
    complete(response, request);
    return response;
}

std::optional<Response> Routes::refusal(const Request& request) const
{
    if (m_loopbackOnly && request.host && !isLoopbackHost(*request.host))
        return errorResponse(421, "host", "this server answers to the names of the loopback only");
    if (m_loopbackOnly && request.origin && !isLoopbackOrigin(*request.origin))
        return errorResponse(403, "origin", "pages of other servers may not ask this one");
    return std::nullopt;
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
    return errorResponse(404, "not_found",
                         "there is nothing at this path; " +
                             (nearest.empty() ? "/ lists what is"
                                              : "the nearest one is " + std::string(nearest)));
}

Response Routes::index() const
{
    std::string body = "{";
    for (const Pattern& pattern : m_patterns) {
        body += body.size() > 1 ? ",\n " : "\n ";
        appendJsonString(body, pattern.route.path);
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
