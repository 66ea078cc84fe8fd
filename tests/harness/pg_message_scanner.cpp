// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/pg_message_scanner.h"

#include <algorithm>

namespace millrace::harness {
namespace {

constexpr std::size_t headBytesMax = 256;
constexpr std::size_t tailBytesMax = 32;

std::uint32_t bigEndian(const char* bytes)
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

/// Requests for encryption and cancelling come before the start-up message.
bool isStartup(std::string_view payload)
{
    return payload.size() >= 4 && bigEndian(payload.data()) >> 16 == 3;
}

} // namespace

bool asksEncryption(const PgMessage& message)
{
    return message.type == '\0' && message.head.size() == 4 &&
           (message.head == std::string("\x04\xd2\x16\x2f", 4) ||
            message.head == std::string("\x04\xd2\x16\x30", 4));
}

void PgMessageScanner::finishHeader()
{
    const std::size_t lengthAt = m_untyped ? 0 : 1;
    m_current = {.type = m_untyped ? '\0' : m_header[0], .head = {}, .tail = {}, .end = 0};
    // the length counts itself
    m_left = std::max(bigEndian(m_header.data() + lengthAt), 4U) - 4U;
    m_inPayload = true;
    m_header.clear();
}

void PgMessageScanner::feed(std::string_view bytes,
                            const std::function<bool(const PgMessage&)>& message)
{
    for (std::size_t at = 0; at < bytes.size() || (m_inPayload && m_left == 0);) {
        if (!m_inPayload) {
            if (m_header.empty() && m_bareBytes > 0) {
                --m_bareBytes;
                ++at;
                continue;
            }
            m_header += bytes[at++];
            if (m_header.size() == (m_untyped ? 4 : 5))
                finishHeader();
            continue;
        }
        const std::size_t taken = std::min<std::size_t>(m_left, bytes.size() - at);
        const std::size_t wanted = std::min(taken, headBytesMax - m_current.head.size());
        m_current.head.append(bytes.substr(at, wanted));
        m_current.tail.append(bytes.substr(at + taken - std::min(taken, tailBytesMax),
                                           std::min(taken, tailBytesMax)));
        if (m_current.tail.size() > tailBytesMax)
            m_current.tail.erase(0, m_current.tail.size() - tailBytesMax);
        at += taken;
        m_left -= static_cast<std::uint32_t>(taken);
        if (m_left > 0)
            return;
        m_inPayload = false;
        m_current.end = at;
        if (m_untyped && isStartup(m_current.head))
            m_untyped = false;
        if (!message(m_current))
            return;
    }
}

} // namespace millrace::harness
