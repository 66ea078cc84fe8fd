// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace millrace::query {

/// Fields of a parse node that may be set; every other field must be unset, every node without a
/// rule is refused.
struct NodeRule
{
    std::string_view node;
    std::span<const std::string_view> fields;
};
[[nodiscard]] std::span<const NodeRule> nodeRules() noexcept;
[[nodiscard]] const NodeRule* nodeRule(std::string_view node) noexcept;

/// What to write instead of a node ("SelectStmt.into_clause" before "IntoClause"); empty: nothing.
[[nodiscard]] std::string_view insteadOf(std::string_view node) noexcept;

} // namespace millrace::query
