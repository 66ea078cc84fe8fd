// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/control_desk.h"
#include "app/http/routes.h"

namespace millrace::http {

/// GET /dead-letters in pages, POST /dead-letters/replay and /discard: a selection
/// {"topic", "class"?, "partition"?, "offsets"?} becomes a job that a worker carries out. The same
/// selection while that job is open is the same job.
[[nodiscard]] std::vector<Route> letterRoutes(ControlDesk& desk);

} // namespace millrace::http
