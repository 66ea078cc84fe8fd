// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/patience.h"

namespace millrace::http {

namespace {

/// The system's own clock ticks as coarsely.
constexpr std::chrono::milliseconds tick{20};

} // namespace

bool Patience::isCrowdedBy(std::size_t connections) const
{
    return connections >= connectionsMax / 4 * 3;
}

Patience Patience::shortened() const
{
    constexpr int share = 5;
    Patience shorter = *this;
    for (auto* time : {&shorter.idleMax, &shorter.headerMax, &shorter.bodyMax, &shorter.rateWindow})
        *time /= share;
    return shorter;
}

bool ClientClock::isLate(Doing doing, SteadyTime since, const SocketFacts& facts, SteadyTime now,
                         const Patience& patience)
{
    if (doing != m_doing || since != m_since) {
        m_doing = doing;
        begin(since, facts);
    }
    switch (doing) {
    case Doing::Opened:
    case Doing::Waiting:
        if (!m_hasHeaderBegun && ((doing == Doing::Opened && facts.bytesReceived > 0) ||
                                  now - facts.sinceReceived > since + tick)) {
            m_hasHeaderBegun = true;
            m_headerSince = now;
        }
        return m_hasHeaderBegun ? now - m_headerSince > patience.headerMax
                                : now - since > patience.idleMax;
    case Doing::Reading:
        return now - since > patience.bodyMax;
    case Doing::Working:
        return false;
    case Doing::Sending:
        return readsTooSlowly(facts, now, patience);
    }
    return false;
}

void ClientClock::begin(SteadyTime since, const SocketFacts& facts)
{
    m_since = since;
    m_hasHeaderBegun = false;
    m_windowSince = since;
    m_windowBytesRead = facts.bytesRead;
}

/// Where nothing waits for the client, the client is not what is slow.
bool ClientClock::readsTooSlowly(const SocketFacts& facts, SteadyTime now, const Patience& patience)
{
    const auto window = now - m_windowSince;
    if (facts.bytesUnread > 0 && window <= patience.rateWindow)
        return false;
    const auto seconds = std::chrono::duration<double>(window).count();
    const bool isLate = facts.bytesUnread > 0 && facts.bytesRead > 0 &&
                        static_cast<double>(facts.bytesRead - m_windowBytesRead) <
                            static_cast<double>(patience.bytesPerSecondMin) * seconds;
    m_windowSince = now;
    m_windowBytesRead = facts.bytesRead;
    return isLate;
}

} // namespace millrace::http
