// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <chrono>
#include <functional>

namespace millrace::postgres {

/// Called while a wait for the server lasts: first after 500 ms, then every 100 ms. A lane keeps
/// its Kafka membership alive here. Returning an error ends the wait: the connection is then broken
/// and is closed (the outcome of what was in flight is in doubt).
using WaitHook = std::function<Result<void>()>;

/// One request's patience: when the hook is next due and when waiting ends.
class SocketWait
{
public:
    /// A timeout of 0 waits for ever.
    SocketWait(SteadyTime begun, std::chrono::milliseconds timeout);

    /// A new request of the same work (a COPY): its time begins anew, the hook's rhythm goes on.
    void restart(SteadyTime begun, std::chrono::milliseconds timeout);

    /// Blocks until the socket is ready for one of `events` (POLLIN, POLLOUT) or has failed, and
    /// calls the hook whenever it is due. Returns the poll(2) events that are there.
    /// Errors: ConnectionLost when the time is over; the hook's own error, its scope widened to
    /// Connection at least.
    Result<short> until(int socket, short events, const WaitHook& hook);

private:
    Result<void> callHookWhenDue(const WaitHook& hook);
    [[nodiscard]] int pollTimeoutMs(const WaitHook& hook) const;

    SteadyTime m_nextHook;
    SteadyTime m_deadline;
};

} // namespace millrace::postgres
