// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace millrace::harness {

/// One message of PostgreSQL's protocol 3.
struct PgMessage
{
    char type = 0;       ///< 0 for the untyped first message of a client
    std::string head;    ///< its payload, the first 256 bytes
    std::string tail;    ///< its payload, the last 32 bytes
    std::size_t end = 0; ///< index behind its last byte in the chunk that completed it
};

/// SSLRequest or GSSENCRequest, which the server answers by one bare byte.
[[nodiscard]] bool asksEncryption(const PgMessage& message);

/// Finds message boundaries in one direction of a connection without TLS.
/// Source: PostgreSQL manual, "Message Formats".
class PgMessageScanner
{
public:
    enum class Side { Client, Server };

    explicit PgMessageScanner(Side side)
        : m_untyped(side == Side::Client)
    {
    }

    /// Calls `message` for each message that ends in `bytes`; stops when it returns false.
    void feed(std::string_view bytes, const std::function<bool(const PgMessage&)>& message);

    /// The next byte is the bare answer to a request for TLS or GSS encryption. Any thread.
    void expectBareByte() { ++m_bareBytes; }

private:
    void finishHeader();

    bool m_untyped;
    std::atomic<int> m_bareBytes = 0;
    std::string m_header;
    std::uint32_t m_left = 0; ///< payload bytes still to come; the header is complete
    bool m_inPayload = false;
    PgMessage m_current;
};

} // namespace millrace::harness
