// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/loopback.h"

#include "tests/harness/harness_error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
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

bool isFree(const std::string& address, int port)
{
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    const sockaddr_in where = socketAddress(address, port);
    const bool bound = bind(probe, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    close(probe);
    return bound;
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
        if (isFree(ownAddress(), next++))
            return next - 1;
    }
    throw HarnessError("no free port on " + ownAddress());
}

bool accepts(const std::string& address, int port)
{
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in where = socketAddress(address, port);
    const bool connected =
        connect(probe, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    close(probe);
    return connected;
}

} // namespace millrace::harness
