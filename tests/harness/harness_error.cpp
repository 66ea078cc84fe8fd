// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/harness_error.h"

#include <cstdio>

namespace millrace::harness {

HarnessError::HarnessError(const std::string& what)
    : std::runtime_error(what)
{
    std::fprintf(stderr, "harness: %s\n", what.c_str());
}

} // namespace millrace::harness
