// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/position.h"
#include "core/control/topic.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"

#include <functional>
#include <string>

namespace millrace::tests {

/// A new database with the control schema in it.
std::string controlDatabase();

/// Runs `work(index, session)` in `count` threads at once, each with a session of its own.
void inThreads(int count, const std::string& database,
               const std::function<void(int, postgres::Connection&)>& work);

/// A topic with its first generation, partitions 0 to `partitions` − 1 from offset `low`.
void makeTopic(postgres::Connection& session, const std::string& topic, int partitions,
               std::int64_t low = 0);

/// Keys of generation 1, partitions 0 to `partitions` − 1.
std::vector<control::PositionKey> keysOf(const std::string& topic, int partitions);

} // namespace millrace::tests
