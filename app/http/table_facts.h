// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"

#include <string>

namespace millrace::http {

/// Everything about one table as a JSON object: columns with type, path in the message and since
/// when; counts, contract, state, and the position of each partition.
[[nodiscard]] std::string tableFactsJson(const query::SourceTable& table,
                                         const query::TableFacts& facts);

} // namespace millrace::http
