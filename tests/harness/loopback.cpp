// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/loopback.h"

#include "tests/harness/harness_error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace::harness {
namespace {

sockaddr_in socketAddress(const std::string& address, int port)
{
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, address.c_str(), &made.sin_addr);
    return made;
}

/// A bound socket, or -1 when the port is taken.
int bindTo(const std::string& address, int port)
{
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    const sockaddr_in where = socketAddress(address, port);
    if (bind(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0)
        return made;
    close(made);
    return -1;
}

} // namespace

std::string ownAddress()
{
    // the kernel's largest pid is 2^22
    const auto pid = static_cast<unsigned>(getpid());
    return "127." + std::to_string(64 + (pid >> 16 & 63)) + "." + std::to_string(pid >> 8 & 255) +
           "." + std::to_string(pid & 255);
}

int freePort()
{
    // below the ephemeral range: no outgoing connection takes the port of a broker that restarts
    static int next = 20000;
    while (next < 32000) {
        const int probe = bindTo(ownAddress(), next++);
        if (probe < 0)
            continue;
        close(probe);
        return next - 1;
    }
    throw HarnessError("no free port on " + ownAddress());
}

int listenOn(const std::string& address, int port)
{
    const int made = bindTo(address, port);
    if (made < 0 || listen(made, 128) != 0)
        throw HarnessError("cannot listen on " + address + ":" + std::to_string(port));
    return made;
}

int connectTo(const std::string& address, int port)
{
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in where = socketAddress(address, port);
    if (connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        close(made);
        return -1;
    }
    sendAtOnce(made);
    return made;
}

bool accepts(const std::string& address, int port)
{
    const int probe = connectTo(address, port);
    if (probe >= 0)
        close(probe);
    return probe >= 0;
}

void sendAtOnce(int socket)
{
    const int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

bool sendAll(int socket, const char* data, std::size_t size)
{
    while (size > 0) {
        const auto sent = send(socket, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

} // namespace millrace::harness
