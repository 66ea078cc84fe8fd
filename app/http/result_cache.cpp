// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/result_cache.h"

namespace millrace::http {

std::shared_ptr<const std::string> ResultCache::find(const std::string& key)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byKey.find(key);
    if (found == m_byKey.end()) {
        ++m_misses;
        return nullptr;
    }
    ++m_hits;
    m_kept.splice(m_kept.begin(), m_kept, found->second);
    return found->second->body;
}

void ResultCache::keep(const std::string& key, std::string body)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_byKey.find(key); found != m_byKey.end())
        drop(found->second);
    m_kept.push_front({key, std::make_shared<const std::string>(std::move(body))});
    m_byKey.emplace(key, m_kept.begin());
    m_bytes += m_kept.front().bytes();
    while (m_bytes > m_bytesMax)
        drop(std::prev(m_kept.end()));
}

CacheFigures ResultCache::figures()
{
    const std::lock_guard lock(m_mutex);
    return {m_hits, m_misses, static_cast<std::int64_t>(m_kept.size()),
            static_cast<std::int64_t>(m_bytes)};
}

void ResultCache::drop(std::list<Kept>::iterator one)
{
    m_bytes -= one->bytes();
    m_byKey.erase(one->key);
    m_kept.erase(one);
}

} // namespace millrace::http
