// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/server_command.h"

#include <filesystem>
#include <optional>

namespace millrace::postgres {

/// Where a private cluster stands and whom it runs as.
struct ClusterPlace
{
    UnixUser self;                  ///< whom this program is
    std::optional<UnixUser> server; ///< whom the server runs as when we are root; else we ourselves
    std::filesystem::path home;     ///< ours alone (0700): data and the start log
    std::filesystem::path sockets;  ///< 0700 and short

    [[nodiscard]] std::filesystem::path data() const { return home / "data"; }
    [[nodiscard]] std::filesystem::path startLog() const { return home / "start.log"; }
    [[nodiscard]] const UnixUser& owner() const { return server ? *server : self; }
};

/// Decides the place for a data folder and makes its folders: <dataDir>/postgres, as root
/// /var/lib/millrace/<name of dataDir>-<hash> since an unprivileged user may not be able to enter
/// dataDir; sockets in /run (root), XDG_RUNTIME_DIR or /tmp.
/// Errors: Process, Refused: a folder is somebody else's, or cannot be made.
Result<ClusterPlace> makeClusterPlace(const std::filesystem::path& dataDir);

/// A folder of mode 0700 that belongs to `owner` and is no link; made when missing.
Result<void> makePrivateFolder(const std::filesystem::path& folder, const UnixUser& owner);

} // namespace millrace::postgres
