// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace millrace::http {

struct CacheFigures
{
    std::int64_t hits = 0; ///< since this process began, as the misses
    std::int64_t misses = 0;
    std::int64_t answers = 0;
    std::int64_t bytes = 0; ///< of keys and bodies
};

/// Answers by a key that has in it all that decides them, so that none is ever stale: what has
/// changed has another key. The longest unused go first. Any thread.
class ResultCache
{
public:
    static constexpr std::size_t answerBytesMax = std::size_t{1} << 20;
    static constexpr std::size_t bytesMax = std::size_t{64} << 20;

    explicit ResultCache(std::size_t bytesMaxHere = bytesMax)
        : m_bytesMax(bytesMaxHere)
    {
    }

    /// Null: it is not here.
    [[nodiscard]] std::shared_ptr<const std::string> find(const std::string& key);
    void keep(const std::string& key, std::string body);
    [[nodiscard]] CacheFigures figures();

private:
    struct Kept
    {
        std::string key;
        std::shared_ptr<const std::string> body;
        [[nodiscard]] std::size_t bytes() const { return key.size() + body->size(); }
    };
    void drop(std::list<Kept>::iterator one);

    std::size_t m_bytesMax;
    std::mutex m_mutex;     ///< guards all below
    std::list<Kept> m_kept; ///< last used first
    std::unordered_map<std::string, std::list<Kept>::iterator> m_byKey;
    std::size_t m_bytes = 0;
    std::int64_t m_hits = 0;
    std::int64_t m_misses = 0;
};

} // namespace millrace::http
