// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/control_desk.h"
#include "app/http/routes.h"

namespace millrace::http {

/// GET /jobs/{id} and POST /jobs/{id}/cancel.
[[nodiscard]] std::vector<Route> jobRoutes(ControlDesk& desk);

} // namespace millrace::http
