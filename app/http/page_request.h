// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/operations_sql.h"
#include "app/http/route_text.h"

namespace millrace::http {

/// `limit` (1 to 1,000, else 100) and `after` of a list that comes in pages.
[[nodiscard]] query::Checked<Page> pageOf(const Request& request);

[[nodiscard]] ParameterText limitText();
[[nodiscard]] ParameterText afterText();

} // namespace millrace::http
