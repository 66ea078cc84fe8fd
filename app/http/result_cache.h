// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/recently_used.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace millrace::http {

struct CacheFigures
{
    std::int64_t hits = 0;    ///< since this process began, as the next two
    std::int64_t misses = 0;  ///< the database was asked
    std::int64_t clients = 0; ///< the client's own copy was enough
    std::int64_t answers = 0;
    std::int64_t bytes = 0; ///< of keys and bodies
};

struct KeptAnswer
{
    std::string body;
    std::string mark; ///< of its positions: it is the answer for as long as they have this one
    std::string tag;  ///< its ETag
};

/// The last answer of each question. Whoever takes one compares its mark with where the tables
/// stand now, so that none is ever stale. Any thread.
class ResultCache
{
public:
    static constexpr std::size_t answerBytesMax = std::size_t{1} << 20;
    static constexpr std::size_t bytesMax = std::size_t{64} << 20;

    explicit ResultCache(std::size_t bytesMaxHere = bytesMax)
        : m_answers(bytesMaxHere)
    {
    }

    /// Null: it is not here.
    [[nodiscard]] std::shared_ptr<const KeptAnswer> find(const std::string& key)
    {
        return m_answers.find(key);
    }
    void keep(std::string key, KeptAnswer answer);
    void hit() { ++m_hits; }
    void missed() { ++m_misses; }
    void clientHad() { ++m_clients; }
    [[nodiscard]] CacheFigures figures();

private:
    RecentlyUsed<KeptAnswer> m_answers;
    std::atomic<std::int64_t> m_hits{0};
    std::atomic<std::int64_t> m_misses{0};
    std::atomic<std::int64_t> m_clients{0};
};

} // namespace millrace::http
