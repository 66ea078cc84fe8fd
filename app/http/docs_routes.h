// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/routes.h"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::http {

/// Where the files of the page come from; nothing: the build has not that one.
using DocsFiles = std::function<std::optional<std::string_view>(std::string_view name)>;

/// The page that shows /openapi.json and tries it out. It loads nothing from elsewhere and runs no
/// script but its own two files. Without Swagger UI in the build /docs says how to get it (404).
[[nodiscard]] std::vector<Route> docsRoutes(const DocsFiles& files);

} // namespace millrace::http
