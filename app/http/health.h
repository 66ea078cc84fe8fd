// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/snapshot.h"

#include <string>

namespace millrace::http {

/// GET /health: 200 when this process is ready and the database answers, else 503 with `reasons`.
/// A topic out of balance is a reason too; a paused or halted topic is not (somebody wants it, or
/// an alarm tells it), it is listed as such.
[[nodiscard]] Response health(const std::string& instance, const Live& live,
                              const Snapshot& snapshot);

/// The same in two words, without names or figures: for probes, which have no token.
[[nodiscard]] Response healthInShort(const Live& live, const Snapshot& snapshot);

} // namespace millrace::http
