// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/bench_ingest_world.h"

namespace millrace::bench {

/// From produce to visible at a steady rate, one lane: each message carries the microsecond at
/// which it was handed to the producer (linger 1 ms); a reader selects the new end of the table
/// again and again and notes when it first sees each. p50, p99 and p99.9 stand in the note; the
/// first second (new topic, new table) is not counted.
[[nodiscard]] Measured latency(World& world);

} // namespace millrace::bench
