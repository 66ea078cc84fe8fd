// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"

#include "tests/harness/loopback.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace millrace::harness {

namespace {

HttpAnswer exchange(const std::string& where, const std::string& firstLine,
                    const std::string& headers, const std::string& body)
{
    HttpAnswer answer;
    const auto colon = where.rfind(':');
    const int connection = colon == std::string::npos
                               ? -1
                               : connectTo(where.substr(0, colon), std::atoi(&where[colon + 1]));
    if (connection < 0)
        return answer;
    const timeval limit{10, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const std::string request =
        firstLine + " HTTP/1.0\r\nHost: " + where + "\r\n" + headers + "\r\n" + body;
    std::string text;
    if (sendAll(connection, request.data(), request.size())) {
        char part[16384];
        for (ssize_t got = 0; (got = recv(connection, part, sizeof part, 0)) > 0;)
            text.append(part, static_cast<std::size_t>(got));
    }
    close(connection);
    const auto headEnd = text.find("\r\n\r\n");
    if (!text.starts_with("HTTP/1.") || headEnd == std::string::npos)
        return answer;
    answer.status = std::atoi(text.c_str() + text.find(' '));
    answer.headers = text.substr(0, headEnd);
    answer.body = text.substr(headEnd + 4);
    return answer;
}

} // namespace

HttpAnswer httpGet(const std::string& where, const std::string& path, const std::string& headers)
{
    return exchange(where, "GET " + path, headers, {});
}

HttpAnswer httpPost(const std::string& where, const std::string& path, const std::string& body,
                    const std::string& headers)
{
    return exchange(where, "POST " + path,
                    "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n" + headers,
                    body);
}

std::string headerOf(const HttpAnswer& answer, const std::string& name)
{
    const std::size_t at = answer.headers.find("\r\n" + name + ": ");
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + name.size() + 4;
    return answer.headers.substr(begin, answer.headers.find("\r\n", begin) - begin);
}

} // namespace millrace::harness
