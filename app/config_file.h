// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::app {

/// A key of the file with what it says: one value, or those of an array.
struct ConfigEntry
{
    std::vector<std::string> values; ///< numbers and booleans as text
    bool isArray = false;
    int line = 0;
};
using ConfigEntries = std::map<std::string, ConfigEntry, std::less<>>;

/// TOML with keys that stand alone, whose values are strings, whole numbers, booleans, or arrays of
/// strings. Which keys exist is not known here. Errors: Process, InvalidInput, origin "file:line";
/// they quote no value.
Result<ConfigEntries> parseConfig(std::string_view text, const std::string& origin);
Result<ConfigEntries> readConfigFile(const std::filesystem::path& path);

} // namespace millrace::app
