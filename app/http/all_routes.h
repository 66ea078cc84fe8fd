// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/catalogue_source.h"
#include "app/http/control_desk.h"
#include "app/http/query_desk.h"
#include "app/http/routes.h"
#include "app/http/snapshot.h"
#include "app/http/status_source.h"

#include <functional>
#include <string>
#include <vector>

namespace millrace::http {

/// What the routes ask; it outlives them.
struct Desks
{
    StatusSource& status;
    CatalogueSource& catalogue;
    QueryDesk& questions;
    ControlDesk& control;
    std::function<Live()> live; ///< any thread
    std::string instance;
};

/// Every route there is: the server dispatches by this list, and what is told about the API is made
/// from it.
[[nodiscard]] std::vector<Route> allRoutes(const Desks& desks);

} // namespace millrace::http
