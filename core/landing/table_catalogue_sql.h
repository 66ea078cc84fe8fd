// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/landing/table_catalogue.h"

#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// topic and layout of the state. The table's name is empty when there is none yet. Waits for no
/// lock on the table. NotFound, UserRule as loadTable.
struct TableFacts
{
    TableState state;
    bool isPlain = true; ///< an ordinary table: it may be rewritten
    int attributesUsed = 0;
};
Result<TableFacts> readTableFacts(postgres::Connection& connection, const std::string& topic);

/// With its TOAST table. Waits for the table where somebody holds it ACCESS EXCLUSIVE: ask under
/// lock_timeout.
Result<std::int64_t> readTableBytes(postgres::Connection& connection, Oid table);

/// Attributes that are not dropped, in order.
Result<std::vector<Attribute>> readAttributes(postgres::Connection& connection, Oid table);

/// Layouts of the tables that exist, by oid, as one statement for a larger script.
[[nodiscard]] std::string layoutsSql(std::span<const Oid> tables);
[[nodiscard]] std::vector<Layout> readLayouts(const postgres::ResultSet& rows);

/// column_map follows a DBA's ALTER TYPE.
[[nodiscard]] std::string retypeColumnSql(const std::string& topic, const std::string& column,
                                          schema::ColumnType type);

} // namespace millrace::landing
