// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

namespace millrace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Monotonic time for every time-out and interval; wall time is only ever shown, never decided on.
/// Tests inject their own.
using Clock = std::function<SteadyTime()>;

[[nodiscard]] inline SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

} // namespace millrace
