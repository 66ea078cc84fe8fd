// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/catalogue_source.h"
#include "app/http/control_desk.h"
#include "app/http/query_desk.h"
#include "app/http/routes.h"

namespace millrace::http {

/// GET /tables/ and /columns-of-table/{table}: JSON lists of names, as the first version of the
/// product gave them, and with ?query=SELECT … that question's rows. A table is found by its
/// topic's name too. GET /tables/{table}: everything about one. 503 until the catalogue has been
/// read.
[[nodiscard]] std::vector<Route> tableRoutes(CatalogueSource& catalogue, QueryDesk& questions,
                                             ControlDesk& control);

} // namespace millrace::http
