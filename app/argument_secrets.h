// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace millrace::app {

/// Overwrites, in place and with '*', the values of --database and of secret properties in --kafka,
/// so that `ps` does not show them from then on. After parsing, before threads start.
void wipeSecretArguments(std::span<char*> arguments) noexcept;

} // namespace millrace::app
