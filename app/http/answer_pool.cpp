// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/answer_pool.h"

#include <algorithm>

namespace millrace::http {

AnswerPool::AnswerPool(const PoolLimits& limits)
    : m_limits(limits)
{
    for (int i = 0; i < limits.threads; ++i)
        m_threads.emplace_back([this] { run(); });
}

AnswerPool::~AnswerPool()
{
    close();
}

bool AnswerPool::submit(std::function<void()> job, std::optional<Asker> asker)
{
    const std::lock_guard lock(m_mutex);
    const auto isTheirs = [asker](const Job& waiting) { return waiting.asker == asker; };
    if (m_isClosed || m_jobs.size() >= m_limits.waitingMax)
        return false;
    if (asker && static_cast<std::size_t>(std::ranges::count_if(m_jobs, isTheirs)) >=
                     m_limits.waitingPerAskerMax)
        return false;
    m_jobs.push_back({std::move(job), asker});
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

/// The job to begin; the end when none may begin just now.
std::deque<AnswerPool::Job>::iterator AnswerPool::next()
{
    auto chosen = m_jobs.end();
    int fewest = m_questions < m_limits.questionsMax ? m_limits.questionsPerAskerMax : 0;
    for (auto job = m_jobs.begin(); job != m_jobs.end(); ++job) {
        if (!job->asker)
            return job;
        const auto found = m_running.find(*job->asker);
        const int running = found == m_running.end() ? 0 : found->second;
        if (running >= fewest)
            continue;
        fewest = running;
        chosen = job;
    }
    return chosen;
}

void AnswerPool::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        auto chosen = m_jobs.end();
        m_changed.wait(lock, [&] {
            chosen = next();
            return chosen != m_jobs.end() || (m_isClosed && m_jobs.empty());
        });
        if (chosen == m_jobs.end())
            return;
        Job job = std::move(*chosen);
        m_jobs.erase(chosen);
        if (job.asker) {
            ++m_questions;
            ++m_running[*job.asker];
        }
        lock.unlock();
        job.work();
        job.work = nullptr;
        lock.lock();
        if (!job.asker)
            continue;
        --m_questions;
        if (--m_running[*job.asker] == 0)
            m_running.erase(*job.asker);
        m_changed.notify_all();
    }
}

} // namespace millrace::http
