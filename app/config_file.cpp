// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config_file.h"

#include <toml++/toml.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace millrace::app {

namespace {

constexpr std::size_t configBytesMax = 1u << 20;

Error fault(std::string what, const std::string& origin, int line = 0)
{
    const std::string where = line > 0 ? origin + ":" + std::to_string(line) : origin;
    return Error{Scope::Process, Code::InvalidInput, std::move(what), where};
}

std::optional<std::string> scalarText(const toml::node& node)
{
    if (const auto text = node.value_exact<std::string>())
        return text;
    if (const auto number = node.value_exact<std::int64_t>())
        return std::to_string(*number);
    if (const auto flag = node.value_exact<bool>())
        return *flag ? "true" : "false";
    return {};
}

Result<ConfigEntry> entryOf(const std::string& key, const toml::node& node,
                            const std::string& origin)
{
    ConfigEntry entry;
    entry.line = static_cast<int>(node.source().begin.line);
    const toml::array* array = node.as_array();
    entry.isArray = array != nullptr;
    if (array == nullptr) {
        const auto text = scalarText(node);
        if (!text)
            return fault("the key '" + key + "' must be text, a whole number, true or false",
                         origin, entry.line);
        entry.values.push_back(*text);
        return entry;
    }
    for (const toml::node& element : *array) {
        const auto text = element.value_exact<std::string>();
        if (!text)
            return fault("the key '" + key + "' must be a list of texts", origin, entry.line);
        entry.values.push_back(*text);
    }
    return entry;
}

} // namespace

Result<ConfigEntries> parseConfig(std::string_view text, const std::string& origin)
{
    try {
        const toml::table table = toml::parse(text);
        ConfigEntries entries;
        for (const auto& [name, node] : table) {
            const std::string key(name.str());
            if (node.is_table())
                return fault("'" + key + "' is a table; keys stand alone here", origin,
                             static_cast<int>(node.source().begin.line));
            auto entry = entryOf(key, node, origin);
            if (!entry)
                return entry.error();
            entries.emplace(key, std::move(*entry));
        }
        return entries;
    } catch (const toml::parse_error& error) {
        return fault("this line is not TOML", origin, static_cast<int>(error.source().begin.line));
    }
}

Result<ConfigEntries> readConfigFile(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file)
        text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file || file.bad())
        return fault("the settings file cannot be read: " + std::string(std::strerror(errno)),
                     path.string());
    if (text.size() > configBytesMax)
        return fault("the settings file is larger than 1 MiB", path.string());
    return parseConfig(text, path.string());
}

} // namespace millrace::app
