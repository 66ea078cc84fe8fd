// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"

#include <string>
#include <vector>

namespace millrace::http {

struct Route
{
    std::string path;
    std::string help; ///< one sentence, for the index
    Handler answer;
};

/// Finds the route of a request. GET and HEAD only (405 else), unknown paths are 404; `/` lists the
/// routes. With `loopbackOnly` a Host header must name the loopback (421), so that no web page
/// reaches us through a name of its own, and an Origin header too (403), so that none of another
/// server asks. Any thread; routes must not be changed afterwards.
class Routes
{
public:
    Routes(std::vector<Route> routes, bool loopbackOnly);

    [[nodiscard]] Response answer(const Request& request) const;

private:
    [[nodiscard]] Response index() const;

    std::vector<Route> m_routes;
    bool m_loopbackOnly;
};

} // namespace millrace::http
