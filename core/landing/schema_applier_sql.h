// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/change.h"
#include "core/schema/identifier.h"

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// Begins a DDL transaction whose locks wait so long.
[[nodiscard]] std::string beginDdlSql(std::chrono::milliseconds lockTimeout);
/// The same with deadlock_timeout + `extra`: a shorter wait never cancels an autovacuum.
[[nodiscard]] std::string beginPatientDdlSql(std::chrono::milliseconds extra);

/// Takes the advisory lock for this transaction when it is free; says whether.
Result<bool> tryLock(postgres::Connection& connection, std::int64_t key);

/// A relation or type of that name stands in the data schema, or another topic has the name.
Result<bool> isNameTaken(postgres::Connection& connection, const std::string& dataSchema,
                         const std::string& topic, std::string_view name);
Result<void> makeDataSchema(postgres::Connection& connection, const std::string& dataSchema);

/// The table with its eight fixed columns and the given ones, its comment, and its BRIN index when
/// wanted.
[[nodiscard]] std::string createTableSql(const schema::QualifiedName& table,
                                         const std::string& topic,
                                         std::span<const schema::Column> columns, bool brinIndex);

/// The clauses of ALTER TABLE for a change, empty for changes without DDL; and whole statements.
[[nodiscard]] std::string alterClause(const schema::Change& change);
[[nodiscard]] std::string alterTableSql(const schema::QualifiedName& table,
                                        const std::string& clauses);
[[nodiscard]] std::string commentColumnSql(const schema::QualifiedName& table,
                                           const schema::Column& column);

/// How many other sessions hold a snapshot that a rewrite would show an empty table to. Our own
/// writers, and the caretaker at its ANALYZE, are not counted: they never look at a table with an
/// old snapshot.
Result<std::int64_t> countForeignSnapshots(postgres::Connection& connection);

/// The timeline has told already that this path's parent overflows.
Result<bool> isOverflowTold(postgres::Connection& connection, const std::string& topic,
                            const schema::Path& path);

} // namespace millrace::landing
