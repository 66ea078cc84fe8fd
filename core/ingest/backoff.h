// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace millrace::ingest {

/// first × 2^(failures − 1), at most `most`, times a random factor in [0.75, 1.25] so that workers
/// do not knock together. failures counts from 1.
[[nodiscard]] inline std::chrono::milliseconds
backoff(int failures, std::chrono::milliseconds first, std::chrono::milliseconds most)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    const int doublings = std::clamp(failures - 1, 0, 16);
    const auto full = std::min(first * (1 << doublings), most);
    const double jitter = std::uniform_real_distribution<double>(0.75, 1.25)(random);
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(full.count()) * jitter));
}

} // namespace millrace::ingest
