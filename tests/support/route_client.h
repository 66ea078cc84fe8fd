// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/routes.h"

#include <string>
#include <vector>

namespace millrace::tests {

/// Asks routes without a server: `target` as a client writes it, path and query, percent-encoded.
/// A streamed answer comes whole, as the body.
http::Response askRoutes(const std::vector<http::Route>& routes, const std::string& method,
                         const std::string& target, const std::string& body = {});

/// A new database with our control schema and, landed by topic "shop.orders", the table `orders`
/// (id bigint, name text) with three rows, at next offset 5 of partition 0: three rows and two dead
/// letters (0: not_json, 1: too_deep). Its conninfo.
std::string databaseWithOrders();

} // namespace millrace::tests
