// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/control/topic.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"
#include "core/schema/table_schema.h"

#include <map>
#include <string>

namespace millrace::landing {

/// What identifies the physical layout a batch was planned with (ingest rules §2.2).
struct Layout
{
    Oid oid;
    std::string xmin;
    std::string relfilenode;
    bool operator==(const Layout&) const = default;
};

/// A topic's table as it is now: the schema, where it stands, and its layout.
struct TableState
{
    control::TopicRow topic;
    schema::QualifiedName table; ///< name empty: not yet created
    schema::TableSchema schema;
    Layout layout;
};

/// Reads topic row, column map and catalogue together. A column the DBA renamed is followed, one he
/// dropped is forgotten (its path starts anew), one he retyped is pinned and holds what its type holds;
/// a dropped table is Error UserRule ("the table is gone"). Sets schema.rewritable from
/// Limits::rewriteTableBytesMax and Column::pinned from pg_depend.
Result<TableState> loadTable(postgres::Connection& connection, const std::string& dataSchema,
                             const std::string& topic, const Limits& limits);

} // namespace millrace::landing
