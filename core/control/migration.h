// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

namespace millrace::control {

/// Brings the control schema `millrace` to this program's version: in one transaction under an
/// advisory lock, so that many workers may call it at once. A newer database is refused.
Result<void> migrate(postgres::Connection& connection);

/// The version this program writes.
[[nodiscard]] int schemaVersion() noexcept;

} // namespace millrace::control
