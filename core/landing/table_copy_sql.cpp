// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_copy_sql.h"

#include "core/landing/row_encoder.h"

namespace millrace::landing {

std::string copyRowsSql(const schema::QualifiedName& table, const schema::TableSchema& schema,
                        std::span<const int> columns)
{
    std::string sql = "COPY " + schema::quoted(table) + " (" + std::string(copyFixedColumns);
    for (const int column : columns)
        sql += "," + schema::quoted(schema.columns[static_cast<std::size_t>(column)].name);
    return sql + ") FROM STDIN (FORMAT binary)";
}

std::string savepointSql()
{
    return "SAVEPOINT careful";
}

std::string releaseSavepointSql()
{
    return "RELEASE SAVEPOINT careful";
}

std::string rollbackToSavepointSql()
{
    return "ROLLBACK TO SAVEPOINT careful; RELEASE SAVEPOINT careful";
}

} // namespace millrace::landing
