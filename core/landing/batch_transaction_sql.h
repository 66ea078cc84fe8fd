// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/position.h"
#include "core/schema/identifier.h"

#include <chrono>
#include <span>
#include <string>

namespace millrace::landing {

/// BEGIN and SELECT … FOR UPDATE of the positions, one round trip; the last result set has the
/// rows.
[[nodiscard]] std::string beginBatchSql(std::span<const control::PositionKey> sortedKeys,
                                        std::chrono::milliseconds lockTimeout);

/// Locks the tables in the order given, each wait bounded by `tableLockTimeout`, and reads their
/// layouts (the last result set); afterwards waits are bounded by `lockTimeout` again.
[[nodiscard]] std::string lockTablesSql(std::span<const schema::QualifiedName> tables,
                                        std::span<const Oid> oids,
                                        std::chrono::milliseconds tableLockTimeout,
                                        std::chrono::milliseconds lockTimeout);

/// A transaction that does nothing but try the lock of one table.
[[nodiscard]] std::string probeTableSql(const schema::QualifiedName& table);

/// Part of the server's message when the UPDATE of commitBatchSql did not meet every position.
inline constexpr std::string_view positionsNotMet = " positions were met, not all";

/// UPDATE of the positions, an error unless it met every one, and COMMIT. The first result set has,
/// in its second column, the microseconds the server spent on the UPDATE.
[[nodiscard]] std::string commitBatchSql(std::span<const control::Position> positions);

/// Makes deferred constraints of the users' speak up now, behind the table they belong to.
[[nodiscard]] std::string checkConstraintsSql();

} // namespace millrace::landing
