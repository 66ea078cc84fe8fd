// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

namespace millrace::app {

/// Engine and HTTP until a signal: the exit code. Troubles go to the log.
[[nodiscard]] int serve(const Options& options);

} // namespace millrace::app
