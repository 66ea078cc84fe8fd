// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/exchange.h"

#include "core/base/text.h"

#include <algorithm>

namespace millrace::http {

std::optional<std::string_view> Request::parameter(std::string_view name) const
{
    const auto found = std::find_if(parameters.rbegin(), parameters.rend(),
                                    [name](const auto& one) { return one.first == name; });
    return found == parameters.rend() ? std::nullopt
                                      : std::optional<std::string_view>(found->second);
}

Response errorResponse(unsigned status, std::string code, std::string message, std::string field)
{
    return problemResponse(status, {std::move(code), std::move(message), std::move(field)});
}

Response databaseAway()
{
    Response response = errorResponse(
        503, "database", "the database does not answer just now; try again in a moment");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

Response problemResponse(unsigned status, query::Problem problem)
{
    Response response;
    response.status = status;
    response.problem = std::move(problem);
    return response;
}

std::string problemBody(const query::Problem& problem, std::string_view request)
{
    std::string body;
    const auto text = [&body](std::string_view key, std::string_view value) {
        if (value.empty())
            return;
        body += body.empty() ? "{" : ", ";
        appendJsonString(body, key);
        body += ": ";
        appendJsonString(body, value);
    };
    text("code", problem.code);
    text("message", problem.message);
    text("field", problem.field);
    text("nearest", problem.nearest);
    if (problem.position)
        body += ", \"position\": " + std::to_string(*problem.position);
    text("request", request);
    return body + "}\n";
}

} // namespace millrace::http
