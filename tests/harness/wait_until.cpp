// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/wait_until.h"

#include <thread>

namespace millrace::harness {

bool waitUntil(std::chrono::milliseconds limit, const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

} // namespace millrace::harness
