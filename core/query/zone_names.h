// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace millrace::query {

/// UTC and the Area/Place names of the IANA list, sorted. Other spellings that PostgreSQL takes
/// (POSIX rules, abbreviations) are read differently than their writers think, so they are not.
[[nodiscard]] std::span<const std::string_view> zoneNames();
[[nodiscard]] bool isZoneName(std::string_view name);

} // namespace millrace::query
