// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace millrace::postgres {

/// The libpq of this process has the fix of CVE-2025-1094 (13.19, 14.16, 15.11, 16.7, 17.3, and
/// every later major version). Error: Process, Unsupported, with the version that is there.
Result<void> checkLibraryVersion();

/// The same for a number as PQlibVersion() gives it (150011); pure.
[[nodiscard]] bool isSafeLibraryVersion(int version) noexcept;

} // namespace millrace::postgres
