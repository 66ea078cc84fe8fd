// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/routes.h"

#include <string>
#include <vector>

namespace millrace::http {

/// What the routes say of themselves, as an OpenAPI 3.1 document. `base`: what their paths begin
/// with for others; empty: they begin where the document stands.
[[nodiscard]] std::string openApiOf(const std::vector<Route>& routes, const std::string& base = {});

/// GET /openapi.json, which tells of `others` and of itself.
[[nodiscard]] Route openApiRoute(const std::vector<Route>& others);

} // namespace millrace::http
