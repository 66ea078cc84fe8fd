// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace::harness {

/// The oracle's questions. $1 is the topic; "current" is its highest generation.

/// table_name
[[nodiscard]] std::string tableNameQuery();
/// partition, first_offset, next_offset, rows, dead, skipped, gap, holes
[[nodiscard]] std::string positionQuery();
/// first_offset, last_offset, partition
[[nodiscard]] std::string gapQuery();
/// _partition, _offset of the rows of `table` in generation `generation`
[[nodiscard]] std::string rowQuery(const std::string& table, const std::string& generation);
/// the same and (expression)::text
[[nodiscard]] std::string columnQuery(const std::string& table, const std::string& generation,
                                      const std::string& expression);
/// partition, record_offset of letters that are not replayed
[[nodiscard]] std::string letterQuery();
/// the highest generation
[[nodiscard]] std::string generationQuery();

} // namespace millrace::harness
