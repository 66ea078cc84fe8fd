// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/bench_ingest_world.h"

#include <string>
#include <vector>

namespace millrace::bench {

/// What is drained by how many lanes.
struct Drain
{
    std::string name;
    std::string topics; ///< regular expression
    std::int64_t messages = 0;
    int lanes = 0; ///< as many as the worker takes by itself
    std::string index = "brin";
    std::vector<std::string> arguments = {};
};

/// Drains filled topics into an empty database with one worker. The clock starts when the server
/// has made the first generation (membership and discovery are done, nothing is read yet) and
/// stops when SQL shows every message landed; CPU and memory are those of the whole run from start
/// to SIGTERM. `conninfo` receives the database, for what comes after.
[[nodiscard]] Measured drain(World& world, const Drain& what, std::string* conninfo = nullptr);

} // namespace millrace::bench
