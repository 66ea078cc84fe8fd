// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batch_pace.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

constexpr int timesTheCost = 10;
constexpr std::chrono::milliseconds most{1'000};

} // namespace

void BatchPace::landed(std::chrono::microseconds lockAndUpdate)
{
    const auto cost = timesTheCost * std::min(lockAndUpdate, m_last);
    m_last = lockAndUpdate;
    m_wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(cost), m_least,
                        std::max(m_least, most));
}

} // namespace millrace::ingest
