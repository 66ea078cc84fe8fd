// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/decoded.h"

#include <cstddef>

namespace millrace::record {

/// Why a text was refused and where. `what` is a sentence without its end.
struct Fault
{
    RejectClass rejectClass = RejectClass::NotJson;
    std::size_t position = 0;
    const char* what = "";
};

} // namespace millrace::record
