// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"

#include "tests/harness/loopback.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace millrace::harness {

HttpAnswer httpGet(const std::string& where, const std::string& path)
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
    const std::string request = "GET " + path + " HTTP/1.0\r\nHost: " + where + "\r\n\r\n";
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

} // namespace millrace::harness
