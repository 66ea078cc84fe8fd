// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/commit_watch.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace millrace::harness {
namespace {

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

bool saysCommit(const std::string& text)
{
    return upper(text).starts_with("COMMIT");
}

/// Also as the last of several statements.
bool endsInCommit(std::string text)
{
    text.erase(std::min(text.find_last_not_of(std::string("\0; \n", 4)) + 1, text.size()));
    return upper(text).ends_with("COMMIT");
}

} // namespace

bool CommitWatch::sees(const PgMessage& message)
{
    const std::string first = message.head.substr(0, message.head.find('\0'));
    const auto rest = std::min(first.size() + 1, message.head.size());
    if (message.type == 'Q')
        return saysCommit(first) || endsInCommit(message.tail);
    if (message.type == 'P') { // name, query
        m_prepared.erase(first);
        if (saysCommit(message.head.substr(rest)))
            m_prepared.insert(first);
    }
    if (message.type == 'B') { // portal, statement
        const std::string name = message.head.substr(rest);
        m_bound |= m_prepared.contains(name.substr(0, name.find('\0')));
    }
    if (message.type == 'S')
        return std::exchange(m_bound, false);
    return false;
}

} // namespace millrace::harness
