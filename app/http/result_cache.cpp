// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/result_cache.h"

namespace millrace::http {

void ResultCache::keep(std::string key, KeptAnswer answer)
{
    const std::size_t bytes = answer.body.size() + answer.mark.size() + answer.tag.size();
    m_answers.keep(std::move(key), std::move(answer), bytes);
}

CacheFigures ResultCache::figures()
{
    return {m_hits, m_misses, m_clients, m_answers.count(), m_answers.bytes()};
}

} // namespace millrace::http
