// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace millrace::ingest {

/// A whole value that one thread publishes and others read. Readers keep what they got.
template<class T>
class Board
{
public:
    void publish(T value)
    {
        auto next = std::make_shared<const T>(std::move(value));
        const std::lock_guard lock(m_mutex);
        m_value = std::move(next);
        ++m_version;
    }
    [[nodiscard]] std::shared_ptr<const T> read() const ///< null before the first publication
    {
        const std::lock_guard lock(m_mutex);
        return m_value;
    }
    [[nodiscard]] std::uint64_t version() const
    {
        const std::lock_guard lock(m_mutex);
        return m_version;
    }

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const T> m_value;
    std::uint64_t m_version = 0;
};

} // namespace millrace::ingest
