// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/host_rules.h"
#include "app/http/route_text.h"

#include <string>
#include <vector>

namespace millrace::http {

enum class Pace : std::uint8_t {
    Quick,    ///< answers from memory, on the thread that serves all connections
    Slow,     ///< asks the database: one of few workers does it
    Question, ///< of people, which may take long: shares those workers with others fairly
};

struct Route
{
    std::string path; ///< "/columns-of-table/{table}": what is in braces matches one segment
    std::string help; ///< one sentence, for the index
    Pace pace = Pace::Quick;
    Handler answer;
    std::string slowWith = {};  ///< a parameter that makes it a question
    std::string method = "GET"; ///< answers HEAD too; POST takes a JSON body
    Access needs = Access::Read;
    RouteText text = {};
    std::optional<Access> needsWith = {}; ///< instead of `needs` when slowWith is there
    EarlyHandler early = {};              ///< asked before a worker is; null: none
    Handler toStrangers = {};             ///< instead of 401 to those who show no token
};

/// What a request leads to.
struct Routed
{
    Pace pace = Pace::Quick;
    Handler answer; ///< of the route, or of the refusal
    bool isRefusal = false;
    bool takesBody = false;
    EarlyHandler early = {}; ///< of a slow one
};

/// What stands against this request on a route that needs that; nothing: it may pass.
using Gate = std::function<std::optional<Response>(const Request& request, Access needs)>;

/// Finds the route of a request, with or without a trailing slash. Another method is 405, OPTIONS
/// tells which there are, unknown paths are 404 with the nearest one; `/` lists the routes. A
/// changing request must be JSON (415): no web page sends that unasked. Host and Origin come before
/// all that. Any thread; routes must not be changed afterwards.
class Routes
{
public:
    Routes(std::vector<Route> routes, HostRules hosts, Gate gate = {});

    /// Fills `captured` of the request.
    [[nodiscard]] Routed find(Request& request) const;

    /// find() and its answer, whole: an error has its body.
    [[nodiscard]] Response answer(Request request) const;

private:
    [[nodiscard]] Routed wrongMethod(const Request& request, const std::string& allow) const;
    [[nodiscard]] Routed pass(const Route& route, const Request& request) const;
    [[nodiscard]] Response unknown(const Request& request) const;
    [[nodiscard]] Response index() const;

    struct Pattern
    {
        Route route;
        std::vector<std::string> segments;
    };
    std::vector<Pattern> m_patterns;
    HostRules m_hosts;
    Gate m_gate;
};

/// Gives an error its body, with the request's id.
void complete(Response& response, const Request& request);

} // namespace millrace::http
