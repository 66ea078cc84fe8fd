// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/sql_client.h"
#include "tests/support/json_tree.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace millrace::integration {

/// (partition, offset) → every document that stands there; more than one is a doubled row.
using Documents = std::map<std::pair<int, std::int64_t>, std::vector<tests::JsonTree>>;

/// Puts the rows of a topic's table together again: each column at the path that
/// millrace.column_map names for it, and `_more` on top. Throws HarnessError when two columns of a
/// row claim the same place. `generation` 0: the highest.
[[nodiscard]] Documents readDocuments(harness::SqlClient& sql, const std::string& topic,
                                      int generation = 0);

} // namespace millrace::integration
