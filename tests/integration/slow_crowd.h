// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace millrace::integration {

/// Clients that are as slow as they can be: a third each sends a header, sends a body, and reads an
/// answer by single bytes. Whoever is cut comes again.
class SlowCrowd
{
public:
    /// `where`: "address:port". Returns when all are connected; throws HarnessError.
    SlowCrowd(const std::string& where, int connections);
    ~SlowCrowd();

    /// How often one was cut.
    [[nodiscard]] long cut() const noexcept { return m_cut; }

private:
    [[nodiscard]] int open(std::size_t index) const;
    void run();

    std::string m_address;
    int m_port;
    std::vector<int> m_sockets;
    std::atomic<long> m_cut{0};
    std::atomic<bool> m_isOver{false};
    std::thread m_thread;
};

/// Asks over and over, each time by a new connection, from a thread of its own.
class Asker
{
public:
    /// `path` may hold "{n}", which is another number each time; `pauseMs` is between the
    /// questions.
    Asker(std::string where, std::string path, int pauseMs = 0);
    ~Asker();

    /// Milliseconds of each answer so far, sorted; one that was no 200 counts as a minute.
    [[nodiscard]] std::vector<double> end();

private:
    void run();

    std::string m_where;
    std::string m_path;
    int m_pauseMs;
    std::vector<double> m_times;
    std::atomic<bool> m_isOver{false};
    std::thread m_thread;
};

/// Of sorted values.
[[nodiscard]] double p99(const std::vector<double>& sorted);

} // namespace millrace::integration
