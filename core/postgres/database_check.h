// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/layer_check.h"
#include "core/postgres/connection.h"

#include <chrono>
#include <string>
#include <vector>

namespace millrace::postgres {

/// Oldest server whose behaviour the commit protocol was checked with.
inline constexpr int serverVersionMin = 150'000;

/// Tries name, port, login, version and privileges in order and stops at the first that fails; at
/// most `timeout` a layer. Changes nothing in the database.
[[nodiscard]] std::vector<LayerCheck> checkDatabase(const Dsn& dsn, const std::string& dataSchema,
                                                    std::chrono::milliseconds timeout);

} // namespace millrace::postgres
