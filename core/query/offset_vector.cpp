// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/offset_vector.h"

#include <charconv>

namespace millrace::query {

namespace {

constexpr std::size_t partitionsMax = 1'000;
constexpr std::string_view schemaMark = ";schema=";

/// Kafka's own alphabet, so that none of the token's marks can be in a name.
bool isTopicName(std::string_view name)
{
    constexpr std::size_t nameMax = 249;
    return !name.empty() && name.size() <= nameMax &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-") == std::string_view::npos;
}

template<class Number>
bool readNumber(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// "orders~1/0=42"; the generation may be left out.
std::optional<PartitionOffset> readOffset(std::string_view text)
{
    const std::size_t equals = text.find('=');
    const std::size_t slash = text.find('/');
    if (equals == std::string_view::npos || slash == std::string_view::npos || slash > equals)
        return std::nullopt;
    std::string_view topic = text.substr(0, slash);
    PartitionOffset offset;
    if (const std::size_t tilde = topic.find('~'); tilde != std::string_view::npos) {
        if (!readNumber(topic.substr(tilde + 1), offset.generation.value))
            return std::nullopt;
        topic = topic.substr(0, tilde);
    }
    if (!isTopicName(topic) ||
        !readNumber(text.substr(slash + 1, equals - slash - 1), offset.partition.value) ||
        !readNumber(text.substr(equals + 1), offset.next.value))
        return std::nullopt;
    offset.topic = topic;
    return offset;
}

Problem notOffsets(std::string_view what)
{
    return {"syntax",
            "offsets are written topic/partition=offset, separated by commas; this is not: \"" +
                std::string(what.substr(0, 80)) + "\"",
            "min-offsets"};
}

} // namespace

std::string tokenText(const OffsetVector& seen)
{
    std::string text;
    for (const PartitionOffset& offset : seen.offsets) {
        text += text.empty() ? "" : ",";
        text += offset.topic + "~" + std::to_string(offset.generation.value) + "/" +
                std::to_string(offset.partition.value) + "=" + std::to_string(offset.next.value);
    }
    return text + std::string(schemaMark) + std::to_string(seen.schemaVersion);
}

Checked<OffsetVector> parseOffsets(std::string_view text)
{
    OffsetVector vector;
    if (const std::size_t mark = text.find(schemaMark); mark != std::string_view::npos) {
        if (!readNumber(text.substr(mark + schemaMark.size()), vector.schemaVersion))
            return notOffsets(text.substr(mark));
        text = text.substr(0, mark);
    }
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto offset = readOffset(text.substr(0, comma));
        if (!offset)
            return notOffsets(text.substr(0, comma));
        if (vector.offsets.size() == partitionsMax)
            return Problem{"limit", "at most 1000 partitions can be waited for", "min-offsets"};
        vector.offsets.push_back(*offset);
        if (comma + 1 == text.size())
            return notOffsets(text);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    std::sort(vector.offsets.begin(), vector.offsets.end());
    return vector;
}

bool covers(const OffsetVector& seen, const OffsetVector& wished)
{
    const auto isSeen = [&seen](const PartitionOffset& wish) {
        const PartitionOffset* latest = nullptr;
        for (const PartitionOffset& have : seen.offsets) {
            if (have.topic == wish.topic && have.partition == wish.partition &&
                (latest == nullptr || have.generation > latest->generation))
                latest = &have;
        }
        if (latest == nullptr || latest->generation < wish.generation)
            return false;
        const bool isLater = wish.generation.value > 0 && latest->generation > wish.generation;
        return isLater || latest->next >= wish.next;
    };
    return std::all_of(wished.offsets.begin(), wished.offsets.end(), isSeen);
}

} // namespace millrace::query
