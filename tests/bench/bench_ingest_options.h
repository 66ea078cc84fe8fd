// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace millrace::bench {

/// What to measure, and how large.
struct Options
{
    std::int64_t messages = 1'000'000;
    int repeats = 3; ///< of everything that is compared; the best counts
    int latencySeconds = 10;
    int latencyRate = 10'000; ///< messages a second
    int topics = 200;
    int largeMessages = 4;
    int largeMb = 100;
    std::set<std::string> parts;        ///< empty: all
    std::vector<std::string> arguments; ///< further ones of the worker
    std::string codec = "none";         ///< of the topics

    [[nodiscard]] bool wants(const std::string& part) const
    {
        return parts.empty() || parts.contains(part);
    }
};

/// Prints the usage and ends the program when an argument is not understood.
[[nodiscard]] Options parseOptions(int argc, char** argv);

} // namespace millrace::bench
