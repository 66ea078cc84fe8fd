// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/library_version.h"

#include <libpq-fe.h>

#include <array>

namespace millrace::postgres {

bool isSafeLibraryVersion(int version) noexcept
{
    constexpr std::array<int, 5> fixedIn{130'019, 140'016, 150'011, 160'007, 170'003};
    const int major = version / 10'000;
    if (major >= 18)
        return true;
    return std::any_of(fixedIn.begin(), fixedIn.end(), [version, major](int fixed) {
        return fixed / 10'000 == major && version >= fixed;
    });
}

Result<void> checkLibraryVersion()
{
    const int version = PQlibVersion();
    if (isSafeLibraryVersion(version))
        return {};
    return Error{Scope::Process, Code::Unsupported,
                 "libpq " + std::to_string(version / 10'000) + "." +
                     std::to_string(version % 10'000) +
                     " lacks the fix of CVE-2025-1094; install 13.19, 14.16, 15.11, 16.7, 17.3 "
                     "or later",
                 ""};
}

} // namespace millrace::postgres
