// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace millrace::control {

/// The scripts of each version of the control schema, run in order in the runner's transaction.
/// Never edited once released: a change is a new version with scripts of its own.
extern const std::string_view controlTables1;
extern const std::string_view controlViews1;
extern const std::string_view controlComments1;
extern const std::string_view controlTables2;
extern const std::string_view controlTables3;
extern const std::string_view controlViews4;

} // namespace millrace::control
