// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/identifier.h"
#include "core/schema/table_schema.h"

#include <span>
#include <string>

namespace millrace::landing {

/// Binary COPY of the fixed columns and these data columns (indices in schema.columns).
[[nodiscard]] std::string copyRowsSql(const schema::QualifiedName& table,
                                      const schema::TableSchema& schema,
                                      std::span<const int> columns);

/// One savepoint, taken again and again by the careful copy.
[[nodiscard]] std::string savepointSql();
[[nodiscard]] std::string releaseSavepointSql();
[[nodiscard]] std::string rollbackToSavepointSql();

} // namespace millrace::landing
