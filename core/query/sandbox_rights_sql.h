// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/sandbox_check.h"

namespace millrace::query {

/// Adds to `report` what the catalogue says that the session's role may do beyond SELECT on
/// `published`.
Result<void> checkRights(postgres::Connection& session,
                         const std::vector<schema::QualifiedName>& published,
                         SandboxReport& report);

} // namespace millrace::query
