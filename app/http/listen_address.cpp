// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/listen_address.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace millrace::http {

namespace {

constexpr int backlogMax = 256;

struct SocketAddress
{
    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
    } address{};
    socklen_t size = 0;
};

SocketAddress socketAddress(const ListenAddress& listen)
{
    SocketAddress result;
    if (listen.isV6) {
        result.address.v6.sin6_family = AF_INET6;
        result.address.v6.sin6_port = htons(listen.port);
        ::inet_pton(AF_INET6, listen.host.c_str(), &result.address.v6.sin6_addr);
        result.size = sizeof(sockaddr_in6);
        return result;
    }
    result.address.v4.sin_family = AF_INET;
    result.address.v4.sin_port = htons(listen.port);
    ::inet_pton(AF_INET, listen.host.c_str(), &result.address.v4.sin_addr);
    result.size = sizeof(sockaddr_in);
    return result;
}

Error refused(const ListenAddress& address)
{
    return Error{Scope::Process, Code::Refused,
                 "cannot listen on " + address.text() + ": " + std::strerror(errno), "--listen"};
}

} // namespace

HostAndPort splitHost(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == std::string_view::npos)
            return {};
        const std::string_view rest = text.substr(bracket + 1);
        if (!rest.empty() && !rest.starts_with(':'))
            return {};
        return {std::string(text.substr(1, bracket - 1)), rest.empty() ? rest : rest.substr(1),
                true};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return {std::string(text), {}, false};
    return {std::string(text.substr(0, colon)), text.substr(colon + 1), false};
}

bool isV4Address(const std::string& host)
{
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool isLoopbackAddress(const std::string& host)
{
    in_addr v4{};
    in6_addr v6{};
    return (::inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127) ||
           (::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

Result<ListenAddress> ListenAddress::parse(std::string_view text)
{
    const HostAndPort parts = splitHost(text);
    ListenAddress address;
    address.host = parts.host == "localhost" ? "127.0.0.1" : parts.host;
    const char* end = parts.port.data() + parts.port.size();
    const auto read = std::from_chars(parts.port.data(), end, address.port);
    in_addr v4{};
    in6_addr v6{};
    address.isV6 = parts.hasBrackets && ::inet_pton(AF_INET6, address.host.c_str(), &v6) == 1;
    const bool isV4 = !parts.hasBrackets && ::inet_pton(AF_INET, address.host.c_str(), &v4) == 1;
    if (parts.port.empty() || read.ec != std::errc{} || read.ptr != end || (!isV4 && !address.isV6))
        return Error{Scope::Process, Code::InvalidInput,
                     "'" + printable(text, 100) + "' is not ADDRESS:PORT", "--listen"};
    address.isLoopback = isLoopbackAddress(address.host);
    return address;
}

std::string ListenAddress::text() const
{
    return (isV6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

ListenSocket::ListenSocket(int descriptor, ListenAddress address)
    : m_descriptor(descriptor)
    , m_address(std::move(address))
{
}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : m_descriptor(other.release())
    , m_address(std::move(other.m_address))
{
}

ListenSocket::~ListenSocket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

int ListenSocket::release() noexcept
{
    return std::exchange(m_descriptor, -1);
}

Result<ListenSocket> ListenSocket::open(const ListenAddress& address)
{
    const int family = address.isV6 ? AF_INET6 : AF_INET;
    ListenSocket socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), address);
    if (socket.m_descriptor < 0)
        return refused(address);
    const int yes = 1;
    ::setsockopt(socket.m_descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    SocketAddress bound = socketAddress(address);
    if (::bind(socket.m_descriptor, &bound.address.any, bound.size) != 0 ||
        ::listen(socket.m_descriptor, backlogMax) != 0 ||
        ::getsockname(socket.m_descriptor, &bound.address.any, &bound.size) != 0)
        return refused(address);
    socket.m_address.port =
        ntohs(address.isV6 ? bound.address.v6.sin6_port : bound.address.v4.sin_port);
    return socket;
}

} // namespace millrace::http
