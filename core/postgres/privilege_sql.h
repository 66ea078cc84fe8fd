// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/connection.h"

#include <string>

namespace millrace::postgres {

/// What the login may do with the schemas that we write.
struct Privileges
{
    std::string role;
    bool standby = false;
    bool mayCreateSchemas = false;    ///< CREATE on the database
    bool controlSchemaExists = false; ///< `millrace`
    bool mayWriteControl = false;     ///< CREATE and USAGE on it
    bool dataSchemaExists = false;
    bool mayWriteData = false;
};
Result<Privileges> readPrivileges(Connection& connection, const std::string& dataSchema);

} // namespace millrace::postgres
