// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/cluster_place.h"

#include <filesystem>
#include <span>
#include <string>

namespace millrace::postgres {

/// The superuser initdb makes; only for making the role and database `millrace`.
inline constexpr const char* clusterAdmin = "millrace_admin";

/// The role that questions run as.
inline constexpr const char* clusterQueryRole = "millrace_query";

/// Settings of a private cluster, on top of what initdb chose for the machine: no TCP, one socket
/// folder, durable commits, memory as a demo may take, logs that overwrite themselves weekly.
[[nodiscard]] std::string clusterSettings(const std::filesystem::path& sockets);

/// pg_hba.conf: nobody but whom the kernel vouches for and the map names.
[[nodiscard]] std::string clusterAccess();

/// pg_ident.conf: each of these system users may be `millrace`, `millrace_query`
/// and the admin.
[[nodiscard]] std::string clusterIdentities(std::span<const std::string> users);

/// Writes all three into the data folder, each by a rename, owned as the place says; the first time
/// postgresql.conf learns to include ours. Error: Process, Refused.
Result<void> writeClusterConfig(const ClusterPlace& place, const std::filesystem::path& data);

} // namespace millrace::postgres
