// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>

namespace millrace::postgres {

/// The folder of one installed PostgreSQL server's programs.
struct ServerPrograms
{
    std::filesystem::path folder;
    int majorVersion = 0;
};

/// Finds initdb, postgres and pg_ctl: below /usr/lib/postgresql (Debian), else where
/// `pg_config --bindir` says, else in PATH. With `wanted` that major version, else the newest.
/// Errors: Process, NotFound: with the version that is wanted and what to install.
Result<ServerPrograms> findServerPrograms(std::optional<int> wanted);

/// The major version a cluster's data was made by (PG_VERSION); empty: there is no cluster.
[[nodiscard]] std::optional<int> dataVersion(const std::filesystem::path& dataFolder);

} // namespace millrace::postgres
