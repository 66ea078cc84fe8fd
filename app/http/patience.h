// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <cstdint>

namespace millrace::http {

/// How long a client may take, and how many there may be.
struct Patience
{
    std::chrono::milliseconds idleMax{30'000};    ///< without a byte of the next request
    std::chrono::milliseconds headerMax{5'000};   ///< from its first byte to the end of the header
    std::chrono::milliseconds bodyMax{15'000};    ///< for all of it
    std::chrono::milliseconds rateWindow{10'000}; ///< while an answer waits to be read …
    std::uint64_t bytesPerSecondMin = 4'096;      ///< … so much is read on average
    unsigned connectionsMax = 2'048;              ///< fewer where the system allows fewer files
    unsigned connectionsPerAddressMax = 64;       ///< but for the loopback

    /// Three quarters of the connections are taken.
    [[nodiscard]] bool isCrowdedBy(std::size_t connections) const;
    /// For that case: a fifth of each time.
    [[nodiscard]] Patience shortened() const;
};

/// What a connection is about.
enum class Doing : std::uint8_t {
    Opened,  ///< for its first request, or for the rest of that one's header
    Waiting, ///< for another request
    Reading, ///< its body
    Working, ///< on the answer: the client waits
    Sending,
};

/// What the system tells of a connection.
struct SocketFacts
{
    std::uint64_t bytesReceived = 0;
    std::chrono::milliseconds sinceReceived{0};
    std::uint64_t bytesRead = 0; ///< acknowledged by the client; 0: the system does not count them
    std::uint64_t bytesUnread = 0; ///< sent or to be sent, not acknowledged
};

/// Decides whether one client has taken too long, from what is seen of it every now and then.
class ClientClock
{
public:
    /// `since`: it does that since then. Pure but for what it remembers of the looks before.
    [[nodiscard]] bool isLate(Doing doing, SteadyTime since, const SocketFacts& facts,
                              SteadyTime now, const Patience& patience);

private:
    void begin(SteadyTime since, const SocketFacts& facts);
    [[nodiscard]] bool readsTooSlowly(const SocketFacts& facts, SteadyTime now,
                                      const Patience& patience);

    Doing m_doing = Doing::Opened;
    SteadyTime m_since{};
    bool m_hasHeaderBegun = false;
    SteadyTime m_headerSince{};
    SteadyTime m_windowSince{};
    std::uint64_t m_windowBytesRead = 0;
};

} // namespace millrace::http
