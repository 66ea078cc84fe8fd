// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/lock_key.h"

#include "core/base/hash.h"

#include <string>

namespace millrace::control {

std::int64_t lockKey(LockKind kind, std::string_view name)
{
    const std::string text =
        "millrace " + std::to_string(static_cast<int>(kind)) + " " + std::string(name);
    return static_cast<std::int64_t>(hash64(text));
}

} // namespace millrace::control
