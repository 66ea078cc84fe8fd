// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/privilege_sql.h"

namespace millrace::postgres {

Result<Privileges> readPrivileges(Connection& connection, const std::string& dataSchema)
{
    const auto result =
        connection.query("SELECT current_user, pg_is_in_recovery(), "
                         "has_database_privilege(current_database(), 'CREATE'), "
                         "c.oid IS NOT NULL, has_schema_privilege(c.oid, 'USAGE') "
                         "AND has_schema_privilege(c.oid, 'CREATE'), "
                         "d.oid IS NOT NULL, has_schema_privilege(d.oid, 'CREATE') "
                         "AND has_schema_privilege(d.oid, 'USAGE') "
                         "FROM (VALUES (1)) AS one(x) "
                         "LEFT JOIN pg_catalog.pg_namespace AS c ON c.nspname = 'millrace' "
                         "LEFT JOIN pg_catalog.pg_namespace AS d ON d.nspname = $1",
                         {dataSchema});
    if (!result)
        return result.error();
    Privileges privileges;
    privileges.role = result->text(0, 0);
    privileges.standby = result->boolean(0, 1);
    privileges.mayCreateSchemas = result->boolean(0, 2);
    privileges.controlSchemaExists = result->boolean(0, 3);
    privileges.mayWriteControl = !result->isNull(0, 4) && result->boolean(0, 4);
    privileges.dataSchemaExists = result->boolean(0, 5);
    privileges.mayWriteData = !result->isNull(0, 6) && result->boolean(0, 6);
    return privileges;
}

} // namespace millrace::postgres
