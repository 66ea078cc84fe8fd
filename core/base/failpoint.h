// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace millrace {

/// A named place where a test makes the program die, stop or wait. Off unless the environment
/// variable MILLRACE_FAILPOINTS names it: "commit.after_copy=kill@3;lane.before_poll=stop@1".
/// Actions: kill (SIGKILL to itself), stop (SIGSTOP to itself), at the n-th hit (1 is the first).
/// Costs one relaxed load when off. Any thread.
void failpoint(std::string_view name) noexcept;

} // namespace millrace
