// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/scratch_folder.h"

#include "tests/harness/harness_error.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace millrace::harness {

ScratchFolder::ScratchFolder()
    : m_path("/tmp/mr-XXXXXX")
{
    if (mkdtemp(m_path.data()) == nullptr)
        throw HarnessError("no scratch folder below /tmp");
    chmod(m_path.c_str(), 0755); // servers run as another user when we are root
}

ScratchFolder::~ScratchFolder()
{
    if (std::getenv("MILLRACE_KEEP") != nullptr) {
        std::fprintf(stderr, "harness: kept %s\n", m_path.c_str());
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace millrace::harness
