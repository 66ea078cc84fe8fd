// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/control/topic.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"
#include "core/schema/table_schema.h"

#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// What identifies the physical layout a batch was planned with (ingest rules §2.2). The
/// attributes' youngest xmin also shows what leaves pg_class alone: a column renamed, or retyped
/// without a rewrite.
struct Layout
{
    Oid oid;
    std::string xmin;
    std::string relfilenode;
    std::string attributesXmin;
    bool operator==(const Layout&) const = default;
};

/// A topic's table as it is now: the schema, where it stands, and its layout.
struct TableState
{
    control::TopicRow topic;
    schema::QualifiedName table; ///< name empty: not yet created
    schema::TableSchema schema;
    Layout layout;
    std::vector<std::string> foreignColumns; ///< names in the table that are not ours to fill
    std::string repairSql; ///< brings column_map to what the catalogue says; run under the DDL lock
};

/// Reads topic row, column map and catalogue together. A column the DBA renamed is followed (by
/// type and its comment, the path), one he dropped is forgotten (its path starts anew), one he
/// retyped is pinned and holds what its type holds; a type that is none of ours makes it a foreign
/// column. Errors: NotFound (no such topic), UserRule (the table, or one of our eight columns, is
/// gone). Waits for no lock on the table. Sets schema.rewritable where the table is of the kind
/// that can be (how large it is SchemaApplier asks) and Column::pinned from pg_depend.
Result<TableState> loadTable(postgres::Connection& connection, const std::string& topic,
                             const Limits& limits);

/// One attribute of a table.
struct Attribute
{
    std::string name;
    Oid type;
    bool modified = false; ///< typmod, generated or identity: cannot take every value of its type
    bool depended = false; ///< something in pg_depend hangs on it
    std::string comment;
};

/// The decisions of loadTable: `columns` from column_map against the table's attributes. Pure.
Result<void> reconcile(TableState& state, std::vector<schema::Column> columns,
                       std::span<const Attribute> attributes);

} // namespace millrace::landing
