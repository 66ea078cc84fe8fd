// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::http {

/// A few threads that do what blocks, in the order it came. Any thread.
class AnswerPool
{
public:
    /// `waitingMax`: jobs that nobody has begun.
    AnswerPool(int threads, std::size_t waitingMax);
    ~AnswerPool(); ///< close()

    /// False: too many wait, or it is closed; the job was not taken.
    [[nodiscard]] bool submit(std::function<void()> job);
    /// Does what was taken, then ends.
    void close();

private:
    void run();

    std::size_t m_waitingMax;
    std::mutex m_mutex; ///< guards the two below
    std::deque<std::function<void()>> m_jobs;
    bool m_isClosed = false;
    std::condition_variable m_changed;
    std::vector<std::thread> m_threads;
};

} // namespace millrace::http
