// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and topics → identifiers. The oracle: never empty, at most 63 bytes, UTF-8, not reserved,
// the same answer twice, and injective: no two paths of one table share a name. Quoting is undone
// by a reader of its own.

#include "core/base/text.h"
#include "core/schema/identifier.h"
#include "core/schema/names.h"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace millrace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Bytes → paths: 0xff ends a path, 0xfe ends a key.
std::vector<schema::Path> pathsOf(std::string_view bytes)
{
    std::vector<schema::Path> paths(1);
    std::string key;
    for (const char byte : bytes) {
        if (byte != '\xff' && byte != '\xfe') {
            key += byte;
            continue;
        }
        paths.back().push_back(std::exchange(key, {}));
        if (byte == '\xff')
            paths.emplace_back();
    }
    paths.back().push_back(key);
    return paths;
}

bool isKey(const std::string& key)
{
    return isUtf8(key) && key.find('\0') == std::string::npos;
}

void checkName(const std::string& name)
{
    require(!name.empty() && name.size() <= schema::nameBytesMax);
    require(isUtf8(name));
    const std::string text = schema::quoted(name);
    require(text.size() >= 2 && text.front() == '"' && text.back() == '"');
    std::string plain;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        plain += text[i];
        if (text[i] == '"')
            require(text[++i] == '"' && i + 1 < text.size());
    }
    require(plain == name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const auto naming : {schema::Naming::Snake, schema::Naming::Exact}) {
        std::map<std::string, schema::Path> names;
        std::set<schema::Path> seen;
        const auto isTaken = [&](std::string_view name) {
            return names.contains(std::string(name));
        };
        for (const schema::Path& path : pathsOf(bytes)) {
            bool usable = seen.insert(path).second;
            for (const std::string& key : path)
                usable = usable && isKey(key);
            if (!usable)
                continue;
            const std::string name = schema::columnName(path, std::nullopt, naming, isTaken);
            require(name == schema::columnName(path, std::nullopt, naming, isTaken));
            checkName(name);
            require(!schema::isReservedColumn(name));
            require(names.emplace(name, path).second);
            checkName(
                schema::tableName(path.back(), naming, [](std::string_view) { return false; }));
        }
    }
    return 0;
}
