// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/snapshot.h"
#include "core/engine/engine.h"

namespace millrace::app {

/// What the engine says of itself in the words of the HTTP pages.
[[nodiscard]] http::Live liveOf(const engine::EngineStatus& status);

} // namespace millrace::app
