// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/control_desk.h"
#include "app/http/routes.h"

namespace millrace::http {

/// GET /topics, POST /topics/{topic} with {"wanted": "run"|"pause", "contract": …}, and GET
/// /schema-changes.
[[nodiscard]] std::vector<Route> topicRoutes(ControlDesk& desk);

} // namespace millrace::http
