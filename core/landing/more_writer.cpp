// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/more_writer.h"

#include "core/base/text.h"

#include <algorithm>

namespace millrace::landing {

namespace {

constexpr std::string_view ourKey = "$millrace";

} // namespace

void appendJson(std::string& out, const record::Cell& cell)
{
    switch (cell.kind()) {
    case schema::Kind::Bool:
        out += cell.integer != 0 ? "true" : "false";
        break;
    case schema::Kind::Int53:
    case schema::Kind::Int64:
        out += std::to_string(cell.integer);
        break;
    case schema::Kind::Timestamp:
    case schema::Kind::String:
        appendJsonString(out, cell.view());
        break;
    case schema::Kind::Double:
    case schema::Kind::Number:
    case schema::Kind::Json:
        out += cell.view();
        break;
    }
}

void MoreWriter::clear()
{
    m_entries.clear();
    m_keys.clear();
}

/// Our own name space comes first in a path that would collide with it, or that has no key at all.
std::uint32_t MoreWriter::beginKeys(bool isRoot, std::string_view firstKey)
{
    const auto begin = static_cast<std::uint32_t>(m_keys.size());
    if (isRoot) {
        m_keys.push_back(ourKey);
        m_keys.push_back("message");
    } else if (firstKey == ourKey) {
        m_keys.push_back(ourKey);
        m_keys.push_back("own");
    }
    return begin;
}

void MoreWriter::finish(std::uint32_t keysBegin, const record::Cell* cell, std::string_view json)
{
    m_entries.push_back({keysBegin, static_cast<std::uint32_t>(m_keys.size()), cell, json});
}

void MoreWriter::add(const record::Cell& cell, const record::PathDictionary& paths)
{
    std::string_view first;
    std::size_t depth = 0;
    for (auto id = cell.path(); id != record::PathDictionary::root; id = paths.parent(id)) {
        first = paths.key(id);
        ++depth;
    }
    const std::uint32_t begin = beginKeys(depth == 0, first);
    depth -= m_keys.size() > begin && depth != 0 ? 1 : 0;
    m_keys.resize(m_keys.size() + depth);
    auto at = m_keys.rbegin();
    for (auto id = cell.path(); depth-- != 0; id = paths.parent(id))
        *at++ = paths.key(id);
    finish(begin, &cell, {});
}

void MoreWriter::add(const record::LooseValue& value)
{
    const std::uint32_t begin =
        beginKeys(value.path.empty(), value.path.empty() ? std::string_view() : value.path.front());
    const std::size_t skip = m_keys.size() > begin && !value.path.empty() ? 1 : 0;
    m_keys.insert(m_keys.end(), value.path.begin() + static_cast<std::ptrdiff_t>(skip),
                  value.path.end());
    finish(begin, nullptr, value.json);
}

void MoreWriter::addOurs(std::string_view name, std::string_view json)
{
    const auto begin = static_cast<std::uint32_t>(m_keys.size());
    m_keys.push_back(ourKey);
    m_keys.push_back(name);
    finish(begin, nullptr, json);
}

void MoreWriter::addKey(std::string_view key)
{
    m_key = '"' + base64(key) + '"';
    addOurs("key", m_key);
}

void MoreWriter::addTimestamp(std::int64_t milliseconds)
{
    m_timestamp = std::to_string(milliseconds);
    addOurs("timestamp", m_timestamp);
}

std::string_view MoreWriter::write()
{
    std::sort(m_entries.begin(), m_entries.end(), [this](const Entry& a, const Entry& b) {
        return std::ranges::lexicographical_compare(keysOf(a), keysOf(b));
    });
    m_text = "{";
    std::span<const std::string_view> open;
    for (const Entry& entry : m_entries) {
        const auto keys = keysOf(entry);
        const auto parents = keys.first(keys.size() - 1);
        const auto shared =
            static_cast<std::size_t>(std::ranges::mismatch(open, parents).in1 - open.begin());
        m_text.append(open.size() - shared, '}');
        writeEntry(keys, shared);
        writeValue(entry);
        open = parents;
    }
    m_text.append(open.size() + 1, '}');
    return m_text;
}

void MoreWriter::writeEntry(std::span<const std::string_view> keys, std::size_t alreadyOpen)
{
    if (m_text.back() != '{')
        m_text += ',';
    for (std::size_t i = alreadyOpen; i < keys.size(); ++i) {
        appendJsonString(m_text, keys[i]);
        m_text += i + 1 < keys.size() ? ":{" : ":";
    }
}

void MoreWriter::writeValue(const Entry& entry)
{
    if (entry.cell != nullptr)
        appendJson(m_text, *entry.cell);
    else
        m_text += entry.json;
}

} // namespace millrace::landing
