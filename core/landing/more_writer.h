// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/decoded.h"
#include "core/record/path_dictionary.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::landing {

/// Builds the text of one row's `_more`: JSON that mirrors the record's nesting, holding the values
/// the table has no column for. What is not a value of the record stands under "$millrace": `key`
/// (base64 of a key that is no text), `timestamp` (milliseconds of a record time that is none),
/// `message` (a whole message that is not an object), `own` (the record's own key "$millrace").
/// Views given must live until write(). One thread; reused from row to row.
class MoreWriter
{
public:
    void clear();
    [[nodiscard]] bool empty() const { return m_entries.empty(); }

    void add(const record::Cell& cell, const record::PathDictionary& paths);
    void add(const record::LooseValue& value);
    void addKey(std::string_view key);
    void addTimestamp(std::int64_t milliseconds);

    /// Valid until the next call.
    std::string_view write();

private:
    struct Entry
    {
        std::uint32_t keysBegin = 0;
        std::uint32_t keysEnd = 0;
        const record::Cell* cell = nullptr;
        std::string_view json; ///< when there is no cell
    };
    [[nodiscard]] std::span<const std::string_view> keysOf(const Entry& entry) const
    {
        return {m_keys.data() + entry.keysBegin, entry.keysEnd - entry.keysBegin};
    }
    std::uint32_t beginKeys(bool isRoot, std::string_view firstKey);
    void finish(std::uint32_t keysBegin, const record::Cell* cell, std::string_view json);
    void addOurs(std::string_view name, std::string_view json);
    void writeEntry(std::span<const std::string_view> keys, std::size_t alreadyOpen);
    void writeValue(const Entry& entry);

    std::vector<Entry> m_entries;
    std::vector<std::string_view> m_keys;
    std::string m_key;
    std::string m_timestamp;
    std::string m_text;
};

/// A cell's value as JSON text.
void appendJson(std::string& out, const record::Cell& cell);

} // namespace millrace::landing
