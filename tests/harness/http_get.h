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
/// `where` is "address:port" with a numeric IPv4 address; `headers` are whole lines with their
/// ends.
[[nodiscard]] HttpAnswer httpGet(const std::string& where, const std::string& path,
                                 const std::string& headers = {});
/// The same with a body of JSON.
[[nodiscard]] HttpAnswer httpPost(const std::string& where, const std::string& path,
                                  const std::string& body, const std::string& headers = {});
/// Of an answer; empty: it has none of that name, which is spelt as the server does.
[[nodiscard]] std::string headerOf(const HttpAnswer& answer, const std::string& name);

} // namespace millrace::harness
