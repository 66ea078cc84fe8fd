// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/connection_watch.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

namespace millrace::http {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds lookIntervalMax{250};
constexpr std::uint64_t doingKinds = 8;

std::uint64_t packed(Doing doing)
{
    const auto now = std::chrono::duration_cast<milliseconds>(steadyNow().time_since_epoch());
    return static_cast<std::uint64_t>(now.count()) * doingKinds + static_cast<std::uint64_t>(doing);
}

std::optional<SocketFacts> factsOf(int socket)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    int unread = 0;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        ::ioctl(socket, TIOCOUTQ, &unread) != 0)
        return std::nullopt;
    return SocketFacts{info.tcpi_bytes_received, milliseconds(info.tcpi_last_data_recv),
                       info.tcpi_bytes_acked, static_cast<std::uint64_t>(unread)};
}

/// Without waiting for what the client has not read.
void cutOff(int socket)
{
    const linger none{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    ::shutdown(socket, SHUT_RDWR);
}

milliseconds lookInterval(const Patience& patience)
{
    constexpr int looksInATime = 8;
    const auto shortest =
        std::min({patience.idleMax, patience.headerMax, patience.bodyMax, patience.rateWindow});
    return std::clamp(shortest / looksInATime, milliseconds(10), lookIntervalMax);
}

} // namespace

WatchedConnection::WatchedConnection(int socket)
    : m_socket(socket)
    , m_told(packed(Doing::Opened))
{
}

void WatchedConnection::tell(Doing doing) noexcept
{
    m_told = packed(doing);
}

ConnectionWatch::ConnectionWatch(const Patience& patience)
    : m_patience(patience)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

ConnectionWatch::~ConnectionWatch() = default;

WatchedConnection* ConnectionWatch::add(int socket)
{
    const std::lock_guard lock(m_mutex);
    auto connection = std::make_unique<WatchedConnection>(socket);
    WatchedConnection* place = connection.get();
    m_connections.emplace(place, std::move(connection));
    return place;
}

void ConnectionWatch::forget(WatchedConnection* connection)
{
    const std::lock_guard lock(m_mutex);
    m_connections.erase(connection);
}

void ConnectionWatch::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        m_stopped.wait_for(lock, stop, lookInterval(m_patience), [] { return false; });
        look(steadyNow());
    }
}

void ConnectionWatch::look(SteadyTime now)
{
    const bool isCrowded = m_patience.isCrowdedBy(m_connections.size());
    const Patience patience = isCrowded ? m_patience.shortened() : m_patience;
    for (auto& [place, held] : m_connections) {
        WatchedConnection& one = *held;
        const auto facts = one.m_isCut ? std::nullopt : factsOf(one.m_socket);
        if (!facts)
            continue;
        const std::uint64_t told = one.m_told;
        const SteadyTime since{milliseconds(told / doingKinds)};
        one.m_isCut =
            one.m_clock.isLate(static_cast<Doing>(told % doingKinds), since, *facts, now, patience);
        if (!one.m_isCut)
            continue;
        cutOff(one.m_socket);
        ++m_cut;
    }
}

unsigned roomForConnections(unsigned wanted)
{
    constexpr rlim_t others = 512;
    constexpr rlim_t fewest = 64;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
        return fewest;
    if (files.rlim_cur < wanted + others) {
        rlimit more = files;
        more.rlim_cur = std::min(files.rlim_max, wanted + others);
        if (::setrlimit(RLIMIT_NOFILE, &more) == 0)
            files = more;
    }
    const rlim_t room = files.rlim_cur > others ? files.rlim_cur - others : 0;
    return static_cast<unsigned>(std::clamp<rlim_t>(room, fewest, wanted));
}

} // namespace millrace::http
