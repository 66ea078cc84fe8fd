// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace millrace::http {

struct Request
{
    std::string method;
    std::string path;                       ///< without the query, percent signs decoded
    std::optional<std::string> host = {};   ///< the Host header
    std::optional<std::string> origin = {}; ///< the Origin header: a web page asks
};

struct Response
{
    unsigned status = 200;
    std::string contentType = "application/json";
    std::string body;  ///< for HEAD too: its length is sent, not its bytes
    std::string allow; ///< of 405
};

/// Called by any thread of the server; must not throw.
using Handler = std::function<Response(const Request&)>;

/// {"error": code, "message": sentence}.
[[nodiscard]] Response errorResponse(unsigned status, const std::string& code,
                                     const std::string& message);

} // namespace millrace::http
