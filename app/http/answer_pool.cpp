// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/answer_pool.h"

namespace millrace::http {

AnswerPool::AnswerPool(int threads, std::size_t waitingMax)
    : m_waitingMax(waitingMax)
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { run(); });
}

AnswerPool::~AnswerPool()
{
    close();
}

bool AnswerPool::submit(std::function<void()> job)
{
    const std::lock_guard lock(m_mutex);
    if (m_isClosed || m_jobs.size() >= m_waitingMax)
        return false;
    m_jobs.push_back(std::move(job));
    m_changed.notify_one();
    return true;
}

void AnswerPool::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        m_changed.notify_all();
    }
    for (std::thread& thread : m_threads)
        thread.join();
    m_threads.clear();
}

void AnswerPool::run()
{
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_isClosed || !m_jobs.empty(); });
            if (m_jobs.empty())
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
}

} // namespace millrace::http
