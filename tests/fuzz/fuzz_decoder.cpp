// SPDX-License-Identifier: GPL-3.0-or-later
// JSON bytes → decoded record. The oracle: no crash, no read outside the message, what becomes a
// row is JSON by the bare grammar, what is refused as not JSON is none by it, the same bytes give
// the same record twice, and a record written out as JSON and decoded again is the same record.

#include "core/base/text.h"
#include "core/record/decoder.h"
#include "tests/fuzz/json_grammar.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>

using namespace millrace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

bool same(const record::Decoded& one, const record::Decoded& two)
{
    if (one.records[0].outcome != two.records[0].outcome || one.cells.size() != two.cells.size() ||
        one.loose.size() != two.loose.size() || one.rejects.size() != two.rejects.size())
        return false;
    for (std::size_t i = 0; i < one.cells.size(); ++i) {
        if (one.cells[i].pathAndKind != two.cells[i].pathAndKind)
            return false;
    }
    return true;
}

/// A record as a tree of keys with JSON text at its leaves.
struct Tree
{
    std::map<std::string, Tree> children;
    std::string json;

    void put(const schema::Path& path, std::string leaf)
    {
        Tree* at = this;
        for (const std::string& key : path)
            at = &at->children[key];
        require(at->json.empty() && at->children.empty());
        at->json = std::move(leaf);
    }
    [[nodiscard]] std::string text() const
    {
        if (!json.empty())
            return json;
        std::string all = "{";
        for (const auto& [key, child] : children) {
            all += all.size() > 1 ? "," : "";
            appendJsonString(all, key);
            all += ":" + child.text();
        }
        return all + "}";
    }
};

std::string jsonOf(const record::Cell& cell)
{
    std::string json;
    switch (cell.kind()) {
    case schema::Kind::Bool:
        return cell.integer != 0 ? "true" : "false";
    case schema::Kind::Int53:
    case schema::Kind::Int64:
        return std::to_string(cell.integer);
    case schema::Kind::Timestamp:
    case schema::Kind::String:
        appendJsonString(json, cell.view());
        return json;
    default:
        return std::string(cell.view());
    }
}

Tree treeOf(const record::Decoded& decoded, const record::PathDictionary& paths)
{
    Tree tree;
    for (const record::Cell& cell : decoded.cells)
        tree.put(paths.path(cell.path()), jsonOf(cell));
    for (const record::LooseValue& value : decoded.loose)
        tree.put(value.path, value.json);
    return tree;
}

void requireSameAfterWriting(record::Decoder& decoder, const record::Decoded& decoded)
{
    const std::string text = treeOf(decoded, decoder.paths()).text();
    record::Message message;
    message.hasValue = true;
    message.value = text;
    record::Decoded again;
    decoder.decode({&message, 1}, again);
    require(again.records[0].outcome == record::Outcome::Row && again.duplicateKeys == 0);
    require(treeOf(again, decoder.paths()).text() == text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static record::Decoder decoder{Limits{}};
    // a block of exactly this size, so that a byte too far is seen
    const auto block = std::make_unique<char[]>(size);
    std::copy_n(data, size, block.get());
    record::Message message;
    message.hasValue = true;
    message.value = {block.get(), size};

    record::Decoded decoded;
    decoder.decode({&message, 1}, decoded);
    require(decoded.records.size() == 1);
    record::Decoded again;
    decoder.decode({&message, 1}, again);
    require(same(decoded, again));

    const record::Record& record = decoded.records[0];
    const bool isJson = fuzz::isJsonText(message.value);
    if (record.outcome == record::Outcome::Row) {
        require(isJson);
        requireSameAfterWriting(decoder, decoded);
    } else if (decoded.rejects[record.reject].rejectClass == record::RejectClass::NotJson) {
        require(!isJson);
    }
    return 0;
}
