// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"

#include <chrono>
#include <cstdint>

namespace millrace::landing {

/// Waits for locks of this session are bounded from now on.
Result<void> boundLockWaits(postgres::Connection& connection, std::chrono::milliseconds timeout);

/// Rows the planner believes in; -1: the table was never analysed, or is gone.
Result<std::int64_t> analysedRows(postgres::Connection& connection,
                                  const schema::QualifiedName& table);
Result<void> analyse(postgres::Connection& connection, const schema::QualifiedName& table);

/// Summarises the new ranges of the table's BRIN indexes.
Result<void> summarise(postgres::Connection& connection, const schema::QualifiedName& table);

} // namespace millrace::landing
