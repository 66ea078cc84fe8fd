// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/patience.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace millrace::http {

/// One connection, as whoever serves it tells of it. Any thread.
class WatchedConnection
{
public:
    explicit WatchedConnection(int socket);

    void tell(Doing doing) noexcept;

private:
    friend class ConnectionWatch;

    int m_socket;
    std::atomic<std::uint64_t> m_told; ///< milliseconds of the steady clock, times eight, and Doing
    ClientClock m_clock;               ///< the watch's alone
    bool m_isCut = false;              ///< the watch's alone
};

/// Cuts the connections of clients that take too long: their socket is shut down, and whoever
/// serves it notices. Looks every quarter of a second, or oftener where patience is shorter.
class ConnectionWatch
{
public:
    explicit ConnectionWatch(const Patience& patience);
    ~ConnectionWatch();

    /// It stays where it is until forget(), which must come before the socket is closed.
    WatchedConnection* add(int socket);
    void forget(WatchedConnection* connection);

    /// Cut so far.
    [[nodiscard]] std::uint64_t cut() const noexcept { return m_cut; }

private:
    void run(const std::stop_token& stop);
    void look(SteadyTime now);

    Patience m_patience;
    std::mutex m_mutex; ///< guards the map
    std::map<const WatchedConnection*, std::unique_ptr<WatchedConnection>> m_connections;
    std::condition_variable_any m_stopped;
    std::atomic<std::uint64_t> m_cut{0};
    std::jthread m_thread;
};

/// As many of `wanted` connections as the limit of open files allows beside what else the program
/// opens; raises that limit where it may.
[[nodiscard]] unsigned roomForConnections(unsigned wanted);

} // namespace millrace::http
