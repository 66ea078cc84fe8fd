// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace millrace::harness {
namespace {

int connectTo(const std::string& where)
{
    const auto colon = where.rfind(':');
    if (colon == std::string::npos)
        return -1;
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(where.substr(0, colon).c_str(), where.substr(colon + 1).c_str(), &wanted,
                    &found) != 0)
        return -1;
    int made = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{10, 0};
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(made, found->ai_addr, found->ai_addrlen) != 0) {
        close(made);
        made = -1;
    }
    freeaddrinfo(found);
    return made;
}

} // namespace

HttpAnswer httpGet(const std::string& where, const std::string& path)
{
    HttpAnswer answer;
    const int connection = connectTo(where);
    if (connection < 0)
        return answer;
    const std::string request = "GET " + path + " HTTP/1.0\r\nHost: " + where + "\r\n\r\n";
    std::string text;
    if (send(connection, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
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
