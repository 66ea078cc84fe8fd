// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/change.h"
#include "core/schema/identifier.h"
#include "core/schema/table_schema.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::control {

/// The column map of a topic in order of creation; names follow a DBA's rename when `oid` is known
/// (landing compares with pg_attribute). `schema.table` empty: no table yet.
Result<std::vector<schema::Column>> loadColumns(postgres::Connection& connection,
                                                const std::string& topic);

/// Statements that store what a change did, for the DDL transaction (no BEGIN, no COMMIT):
/// column_map rows, schema_change rows (GrowKinds has none), topic.table_name, layout + 1 on a
/// rewrite.
struct AppliedChange
{
    schema::Change change;
    std::string ddl; ///< empty for a column that came with its table
    double durationMs = 0;
};
[[nodiscard]] std::string storeChangesSql(const std::string& topic,
                                          const schema::QualifiedName& table,
                                          std::span<const AppliedChange> changes);

/// The table's oid after CREATE, so that it is ours by oid and not by name.
[[nodiscard]] std::string storeTableSql(const std::string& topic,
                                        const schema::QualifiedName& table);

/// A DBA renamed a column: the map follows.
[[nodiscard]] std::string renameColumnSql(const std::string& topic, const std::string& from,
                                          const std::string& to);
/// A column that is gone from the table: its path starts anew.
[[nodiscard]] std::string forgetColumnSql(const std::string& topic, const std::string& column);

} // namespace millrace::control
