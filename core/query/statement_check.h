// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

#include <string>
#include <vector>

namespace millrace::query {

inline constexpr std::size_t statementBytesMax = 16u << 10;

/// Wall A: lets exactly one SELECT pass, of which every node and every field is on a list, over
/// tables of the catalogue and functions, operators and types that cannot do harm. What is not
/// known is refused. The parser is PostgreSQL's own, so that text is never judged by its looks.
/// Deep nesting is safe: parser and check run on a stack of their own, sized for statementBytesMax.
///
/// A refusal has code "refused", "limit", "unknown_name" or "syntax", the node and what to write
/// instead in its message, and the position.
[[nodiscard]] Checked<Statement>
checkStatement(const std::string& sql, const Catalogue& catalogue,
               std::vector<std::optional<std::string>> params = {});

} // namespace millrace::query
