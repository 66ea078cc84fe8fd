// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/connection.h"

namespace millrace::postgres {

/// Makes the role `millrace` (may log in, nothing else) and its database when they are missing;
/// `admin` is a session of the superuser in another database.
Result<void> makeRoleAndDatabase(Connection& admin);

} // namespace millrace::postgres
