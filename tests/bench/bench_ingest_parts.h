// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/bench_ingest_world.h"

#include <string>

namespace millrace::bench {

/// What a drain is compared with. The rows are a binary COPY file that the server itself wrote from
/// a table that the program had filled, so that both load the same bytes.

/// The server alone: COPY table FROM file, in one statement.
[[nodiscard]] Measured serverCopy(World& world, const std::string& conninfo,
                                  const std::string& table, const std::string& file,
                                  std::int64_t rows);
/// A process that only takes the messages of a topic from librdkafka, by manual assignment.
[[nodiscard]] Measured consumeOnly(World& world, const std::string& topic, std::int64_t messages);
/// The ceiling: that process, and at the same time another that sends the file by COPY FROM STDIN.
[[nodiscard]] Measured consumeAndCopy(World& world, const std::string& topic, std::int64_t messages,
                                      const std::string& conninfo, const std::string& table,
                                      const std::string& file);

/// The two processes themselves: `bench_ingest consume <brokers> <topic> <messages>` and
/// `bench_ingest copy <conninfo> <table> <file>`. Exit code of the program; -1: neither is asked.
[[nodiscard]] int runPart(int argc, char** argv);

} // namespace millrace::bench
