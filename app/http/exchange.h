// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/problem.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::http {

/// One request. Texts are decoded: percent signs resolved, UTF-8, no zero byte.
struct Request
{
    std::string method;
    /// Between the slashes of the path, each decoded alone: %2F stays inside its segment. A
    /// trailing slash makes none.
    std::vector<std::string> segments;
    std::vector<std::pair<std::string, std::string>> parameters = {}; ///< of the query, in order
    std::optional<std::string> host = {};                             ///< the Host header
    std::optional<std::string> origin = {}; ///< the Origin header: a web page asks
    std::optional<std::string> accept = {};
    std::optional<std::string> authorization = {};
    std::optional<std::string> contentType = {};
    std::optional<std::string> ifNoneMatch = {};
    std::optional<std::string> acceptEncoding = {};
    bool endsWithSlash = false; ///< the path as it was written: decides where relative links lead
    std::string base = {};      ///< what paths in links of ours begin with, "/millrace"
    std::string body = {};      ///< of a changing request, at most 1 MiB
    std::string remote = {};    ///< numeric address of who asks, before proxies of ours
    bool isForwarded = false;   ///< it did not begin on this machine, wherever it comes from
    bool isByProxy = false;     ///< a proxy of ours says so
    std::string id = {};        ///< told with every error, and in the log

    /// What the route's pattern calls a {name}, in its order; filled by Routes.
    std::vector<std::string> captured = {};

    /// Asked by whoever works long: false when the client has closed its connection or the server
    /// stops. Any thread.
    std::function<bool()> isWanted = [] { return true; };

    /// Of the last parameter of that name.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Takes the bytes of an answer as they come. False: nobody wants them any more.
using WriteBytes = std::function<bool(std::string_view bytes)>;

struct Response
{
    unsigned status = 200;
    std::string contentType = "application/json";
    std::string body;                                              ///< for HEAD too
    std::vector<std::pair<std::string, std::string>> headers = {}; ///< beside the usual ones
    std::optional<query::Problem> problem =
        {}; ///< the body is made from it when the request is known
    /// Writes the body instead, on the thread that made this response. False: it breaks off, and
    /// so does the connection, so that nobody takes what came for the whole.
    std::function<bool(const WriteBytes& write)> stream = {};
};

/// Called by any thread of the server; must not throw.
using Handler = std::function<Response(const Request&)>;

/// Takes an answer that needs no worker, once, from any thread, or a stream that a worker will
/// write; nothing: a worker has to make the answer.
using TellEarly = std::function<void(std::optional<Response>)>;
/// Called by the threads that serve connections: must not throw, nor wait. The request lives until
/// it has told.
using EarlyHandler = std::function<void(const Request&, TellEarly)>;

[[nodiscard]] Response errorResponse(unsigned status, std::string code, std::string message,
                                     std::string field = {});
/// 503: nothing is said of why, /health and the log do.
[[nodiscard]] Response databaseAway();
[[nodiscard]] Response problemResponse(unsigned status, query::Problem problem);

/// {"code":…,"message":…,"field":…,"nearest":…,"position":…,"request":…}; what is not known is left
/// out.
[[nodiscard]] std::string problemBody(const query::Problem& problem, std::string_view request);

} // namespace millrace::http
