// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace millrace::http {

/// Values by their keys, up to so many bytes of both; the longest unused go first. Any thread.
template<class Value>
class RecentlyUsed
{
public:
    explicit RecentlyUsed(std::size_t bytesMax)
        : m_bytesMax(bytesMax)
    {
    }

    /// Null: it is not here.
    [[nodiscard]] std::shared_ptr<const Value> find(std::string_view key)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_byKey.find(key);
        if (found == m_byKey.end())
            return nullptr;
        m_kept.splice(m_kept.begin(), m_kept, found->second);
        return found->second->value;
    }

    /// `bytes`: of the value.
    void keep(std::string key, Value value, std::size_t bytes)
    {
        auto shared = std::make_shared<const Value>(std::move(value));
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_byKey.find(key); found != m_byKey.end())
            drop(found->second);
        bytes += key.size();
        m_kept.push_front({std::move(key), std::move(shared), bytes});
        m_byKey.emplace(m_kept.front().key, m_kept.begin());
        m_bytes += bytes;
        while (m_bytes > m_bytesMax)
            drop(std::prev(m_kept.end()));
    }

    [[nodiscard]] std::int64_t count()
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<std::int64_t>(m_kept.size());
    }
    [[nodiscard]] std::int64_t bytes()
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<std::int64_t>(m_bytes);
    }

private:
    struct Kept
    {
        std::string key;
        std::shared_ptr<const Value> value;
        std::size_t bytes;
    };
    void drop(typename std::list<Kept>::iterator one)
    {
        m_bytes -= one->bytes;
        m_byKey.erase(one->key);
        m_kept.erase(one);
    }

    std::size_t m_bytesMax;
    std::mutex m_mutex;     ///< guards all below
    std::list<Kept> m_kept; ///< last used first
    std::unordered_map<std::string_view, typename std::list<Kept>::iterator> m_byKey;
    std::size_t m_bytes = 0;
};

} // namespace millrace::http
