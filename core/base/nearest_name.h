// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace millrace {

/// The name most like what was written, by the fewest letters to change; the first of several
/// equals, empty when there are no names. Only the first 128 bytes of what was written count.
[[nodiscard]] std::string_view nearestName(std::string_view written,
                                           std::span<const std::string_view> names);

} // namespace millrace
