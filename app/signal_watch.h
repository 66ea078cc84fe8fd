// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace millrace::app {

/// SIGTERM, SIGINT and SIGHUP of this process. The first asks to stop; when the program is then not
/// gone within `patience`, or at the second, the process ends at once: every state on disk is safe
/// against that. One object at a time; SIGPIPE is ignored from here on.
class SignalWatch
{
public:
    explicit SignalWatch(std::chrono::milliseconds patience);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    void wait(); ///< until the first signal
    [[nodiscard]] bool stopWanted();

private:
    void watch();

    std::chrono::milliseconds m_patience;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stopWanted = false; ///< guarded by m_mutex
    std::thread m_thread;
};

} // namespace millrace::app
