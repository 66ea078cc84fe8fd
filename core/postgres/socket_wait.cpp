// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/socket_wait.h"

#include <poll.h>

#include <cerrno>

namespace millrace::postgres {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds hookAfter{500};
constexpr milliseconds hookEvery{100};
constexpr milliseconds pollMax{60'000};

} // namespace

SocketWait::SocketWait(SteadyTime begun, milliseconds timeout)
    : m_nextHook(begun + hookAfter)
{
    restart(begun, timeout);
}

void SocketWait::restart(SteadyTime begun, milliseconds timeout)
{
    m_deadline = timeout.count() == 0 ? SteadyTime::max() : begun + timeout;
}

Result<void> SocketWait::callHookWhenDue(const WaitHook& hook)
{
    if (!hook || steadyNow() < m_nextHook)
        return {};
    auto result = hook();
    m_nextHook = steadyNow() + hookEvery;
    if (result)
        return {};
    Error error = result.error();
    error.scope = std::max(error.scope, Scope::Connection);
    return error;
}

int SocketWait::pollTimeoutMs(const WaitHook& hook) const
{
    const SteadyTime until = hook ? std::min(m_nextHook, m_deadline) : m_deadline;
    const auto now = steadyNow();
    if (until == SteadyTime::max() || until - now > pollMax)
        return static_cast<int>(pollMax.count());
    const auto left = std::chrono::ceil<milliseconds>(until - now).count();
    return static_cast<int>(std::max<decltype(left)>(left, 0));
}

Result<short> SocketWait::until(int socket, short events, const WaitHook& hook)
{
    for (;;) {
        if (auto called = callHookWhenDue(hook); !called)
            return called.error();
        pollfd entry{socket, events, 0};
        const int ready = ::poll(&entry, 1, pollTimeoutMs(hook));
        if (ready > 0)
            return entry.revents;
        if (ready < 0 && errno != EINTR)
            return Error{Scope::Connection, Code::ConnectionLost, "poll failed on the socket", ""};
        if (steadyNow() >= m_deadline)
            return Error{Scope::Connection, Code::ConnectionLost,
                         "the server did not answer in time", ""};
    }
}

} // namespace millrace::postgres
