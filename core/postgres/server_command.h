// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace millrace::postgres {

struct UnixUser
{
    uid_t user = 0;
    gid_t group = 0;
    std::string name;
};

/// Whom this process is, for the kernel's word in peer authentication.
Result<UnixUser> effectiveUser();
Result<UnixUser> unixUser(const std::string& name);

/// Runs a program to its end, as `user` when given (we are root then), in "/" with a small clean
/// environment, umask 077 and no descriptor of ours; returns what it printed. A daemon it leaves
/// behind must have left our pipe.
/// Errors: Process, Refused: it failed; the command and the end of its output. Process, Internal:
/// it could not be started, or took longer than `timeout` (it is killed then).
Result<std::string> runCommand(const std::vector<std::string>& command,
                               const std::optional<UnixUser>& user,
                               std::chrono::milliseconds timeout);

} // namespace millrace::postgres
