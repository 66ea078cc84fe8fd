// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/names.h"

#include "core/base/hash.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace millrace::schema {

namespace {

constexpr std::array<std::string_view, 15> reservedColumns{
    "_partition", "_generation", "_offset", "_time", "_ingested", "_key", "_headers", "_more",
    "_value",     "tableoid",    "xmin",    "cmin",  "xmax",      "cmax", "ctid"};

constexpr bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}
constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// An upper-case letter begins a word after a lower-case letter or digit (createdAt), or before a
/// lower-case one that ends a run of capitals (HTTPServer).
bool beginsWord(std::string_view key, std::size_t i)
{
    if (i == 0 || !isUpper(key[i]))
        return false;
    const char before = key[i - 1];
    if (isLower(before) || isDigit(before))
        return true;
    return isUpper(before) && i + 1 < key.size() && isLower(key[i + 1]);
}

void appendFolded(std::string& out, std::string_view key)
{
    for (std::size_t i = 0; i < key.size(); ++i) {
        const char c = key[i];
        if (beginsWord(key, i))
            out += '_';
        if (isUpper(c))
            out += static_cast<char>(c - 'A' + 'a');
        else if (isLower(c) || isDigit(c) || static_cast<unsigned char>(c) >= 0x80)
            out += c;
        else
            out += '_';
    }
}

/// A name before its length and its uniqueness are looked at.
struct Draft
{
    std::string body;
    std::string tail;         ///< "__text" of a variant
    std::string identity;     ///< what the hash is of: injective over (keys, type)
    bool needsSuffix = false; ///< the body alone may not stand
};

Draft draftOf(std::span<const std::string_view> keys, Naming naming)
{
    Draft draft;
    for (const std::string_view key : keys) {
        if (!draft.identity.empty())
            draft.body += '_';
        if (naming == Naming::Snake)
            appendFolded(draft.body, key);
        else
            draft.body += key;
        draft.identity.append(std::to_string(key.size())).append(":").append(key);
    }
    // A broker that does not validate may send a topic that no identifier can spell.
    if (!isUtf8(draft.body) || draft.body.find('\0') != std::string::npos) {
        std::ranges::replace_if(
            draft.body, [](char c) { return c == '\0' || static_cast<unsigned char>(c) >= 0x80; },
            '_');
        draft.needsSuffix = true;
    }
    if (naming == Naming::Snake && !draft.body.empty() && isDigit(draft.body.front()))
        draft.body.insert(0, 1, '_');
    if (draft.body.empty()) {
        draft.body = "key";
        draft.needsSuffix = true;
    }
    return draft;
}

/// The n-th candidate for a suffix: 8 hexadecimal digits, then all 16, then salted.
std::string suffixOf(const Draft& draft, int attempt)
{
    std::string identity = draft.identity + draft.tail;
    if (attempt >= 2)
        identity += "#" + std::to_string(attempt);
    std::uint64_t hash = hash64(identity);
    std::string bytes;
    for (int i = 0; i < 8; ++i, hash <<= 8)
        bytes += static_cast<char>(hash >> 56);
    const std::string digits = hex(bytes);
    return "_" + (attempt == 0 ? digits.substr(0, 8) : digits);
}

std::string decide(const Draft& draft, bool columnRules, const IsTaken& isTaken)
{
    const auto isFree = [&](const std::string& name) {
        return !(columnRules && isReservedColumn(name)) && !isTaken(name);
    };
    if (!draft.needsSuffix && draft.body.size() + draft.tail.size() <= nameBytesMax) {
        std::string name = draft.body + draft.tail;
        if (isFree(name))
            return name;
    }
    for (int attempt = 0;; ++attempt) {
        const std::string end = suffixOf(draft, attempt) + draft.tail;
        std::string name = std::string(cutUtf8(draft.body, nameBytesMax - end.size())) + end;
        if (isFree(name))
            return name;
    }
}

} // namespace

bool isReservedColumn(std::string_view name) noexcept
{
    return std::ranges::find(reservedColumns, name) != reservedColumns.end();
}

std::string columnName(const Path& path, std::optional<ColumnType> variant, Naming naming,
                       const IsTaken& isTaken)
{
    if (path.empty() && !variant && !isTaken("_value"))
        return "_value";
    const std::vector<std::string_view> keys(path.begin(), path.end());
    Draft draft = draftOf(keys, naming);
    if (path.empty()) {
        draft.body = "_value";
        draft.needsSuffix = false;
    }
    if (variant)
        draft.tail = "__" + std::string(shortName(*variant));
    return decide(draft, true, isTaken);
}

std::string tableName(std::string_view topic, Naming naming, const IsTaken& isTaken)
{
    return decide(draftOf(std::span(&topic, 1), naming), false, isTaken);
}

} // namespace millrace::schema
