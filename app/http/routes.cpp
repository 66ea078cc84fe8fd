// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/routes.h"

#include "app/http/listen_address.h"
#include "core/base/text.h"

#include <algorithm>

namespace millrace::http {

Routes::Routes(std::vector<Route> routes, bool loopbackOnly)
    : m_routes(std::move(routes))
    , m_loopbackOnly(loopbackOnly)
{
}

Response Routes::answer(const Request& request) const
{
    if (m_loopbackOnly && request.host && !isLoopbackHost(*request.host))
        return errorResponse(421, "host", "this server answers to the names of the loopback only");
    if (m_loopbackOnly && request.origin && !isLoopbackOrigin(*request.origin))
        return errorResponse(403, "origin", "pages of other servers may not ask this one");
    const bool isIndex = request.path == "/";
    const auto route = std::find_if(m_routes.begin(), m_routes.end(), [&](const Route& candidate) {
        return candidate.path == request.path;
    });
    if (!isIndex && route == m_routes.end())
        return errorResponse(404, "not_found", "there is nothing at this path; / lists what is");
    if (request.method != "GET" && request.method != "HEAD") {
        Response response = errorResponse(405, "method", "this path answers GET and HEAD only");
        response.allow = "GET, HEAD";
        return response;
    }
    return isIndex ? index() : route->answer(request);
}

Response Routes::index() const
{
    std::string body = "{";
    for (const Route& route : m_routes) {
        body += body.size() > 1 ? ",\n " : "\n ";
        appendJsonString(body, route.path);
        body += ": ";
        appendJsonString(body, route.help);
    }
    Response response;
    response.body = body + "\n}\n";
    return response;
}

} // namespace millrace::http
