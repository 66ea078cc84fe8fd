// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/answer.h"

#include <chrono>

namespace millrace::query {

/// What one question may cost.
struct QueryLimits
{
    std::chrono::milliseconds timeMax{30'000}; ///< our own clock; the server's is set as well
    std::chrono::milliseconds lockWaitMax{2'000};
    double planCostMax = 5e7; ///< of EXPLAIN; 0: no gate
    double planRowsMax = 1e9;
    AnswerLimits answer;
};

} // namespace millrace::query
