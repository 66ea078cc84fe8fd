// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

namespace millrace::harness {

/// Polls `condition` every 5 ms until it is true or `limit` has passed; returns its last answer.
/// The only place of the tests that may sleep.
[[nodiscard]] bool waitUntil(std::chrono::milliseconds limit,
                             const std::function<bool()>& condition);

} // namespace millrace::harness
