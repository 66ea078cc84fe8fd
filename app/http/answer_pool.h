// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace millrace::http {

struct PoolLimits
{
    int threads = 10;
    int questionsMax = 8; ///< at once: the other threads stay free for what takes no time
    int questionsPerAskerMax = 6;
    std::size_t waitingMax = 256; ///< jobs that nobody has begun
    std::size_t waitingPerAskerMax = 64;
};

/// A few threads that do what blocks. Jobs begin in the order they came, but questions: the next
/// one is of the asker who has the fewest under way. Any thread.
class AnswerPool
{
public:
    using Asker = std::uint64_t;

    explicit AnswerPool(const PoolLimits& limits);
    ~AnswerPool(); ///< close()

    /// `asker`: it is a question of theirs. False: too many wait, or it is closed; the job was not
    /// taken.
    [[nodiscard]] bool submit(std::function<void()> job, std::optional<Asker> asker = {});
    /// Does what was taken, then ends.
    void close();

private:
    struct Job
    {
        std::function<void()> work;
        std::optional<Asker> asker;
    };
    void run();
    [[nodiscard]] std::deque<Job>::iterator next();

    PoolLimits m_limits;
    std::mutex m_mutex; ///< guards all up to the threads
    std::deque<Job> m_jobs;
    std::map<Asker, int> m_running; ///< questions under way; those of nobody are not kept
    int m_questions = 0;            ///< all of them
    bool m_isClosed = false;
    std::condition_variable m_changed;
    std::vector<std::thread> m_threads;
};

} // namespace millrace::http
