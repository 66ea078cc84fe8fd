// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/typed_nodes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace millrace::query {

/// How many steps a generate_series of these constants takes, at most; nothing when that cannot be
/// told. Numbers, or dates ("2024-01-31…") with an interval of one number and one unit.
[[nodiscard]] std::optional<std::int64_t>
seriesSteps(const std::vector<std::optional<ConstantNode>>& bounds);

} // namespace millrace::query
