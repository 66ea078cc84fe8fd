// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace::harness {

struct HttpAnswer
{
    int status = 0; ///< 0: no connection or no HTTP
    std::string headers;
    std::string body;
};

/// One plain HTTP/1.0 GET, so that the body ends where the connection does.
/// `where` is "address:port" with a numeric IPv4 address.
[[nodiscard]] HttpAnswer httpGet(const std::string& where, const std::string& path);

} // namespace millrace::harness
