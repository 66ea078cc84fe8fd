// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/job_arguments.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <limits>
#include <optional>

namespace millrace::control {

namespace {

using nlohmann::json;

Error wrong(const std::string& what)
{
    return {Scope::Batch, Code::InvalidInput, what, "job arguments"};
}

Result<json> readObject(const std::string& text, std::initializer_list<std::string_view> fields)
{
    json value = json::parse(text, nullptr, false);
    if (!value.is_object())
        return wrong("the arguments are not a JSON object");
    for (const auto& [name, ignored] : value.items()) {
        if (std::ranges::find(fields, name) == fields.end())
            return wrong("there is no argument '" + name + "'");
    }
    return value;
}

Result<std::string> readText(const json& object, const std::string& name, bool needed)
{
    const auto found = object.find(name);
    if (found == object.end() && !needed)
        return std::string{};
    if (found == object.end() || !found->is_string())
        return wrong("'" + name + "' must be a text");
    return found->get<std::string>();
}

/// Nothing for what an int64 cannot hold: it must not wrap to another number.
std::optional<std::int64_t> numberOf(const json& value)
{
    const bool isTooLarge = value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
    return value.is_number_integer() && !isTooLarge ? std::optional(value.get<std::int64_t>())
                                                    : std::nullopt;
}

constexpr std::int64_t offsetMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t partitionMax = std::numeric_limits<std::int32_t>::max();

Result<std::int64_t> readNumber(const json& object, const std::string& name, std::int64_t most)
{
    const auto found = object.find(name);
    const auto number = found == object.end() ? std::nullopt : numberOf(*found);
    if (!number || *number < 0 || *number > most)
        return wrong("'" + name + "' must be a whole number from 0 to " + std::to_string(most));
    return *number;
}

Result<void> readOffsets(const json& object, LetterSelection& selection)
{
    const auto found = object.find("offsets");
    if (found == object.end())
        return {};
    if (!found->is_array() || found->empty())
        return wrong("'offsets' must be a list of offsets");
    for (const json& offset : *found) {
        const auto number = numberOf(offset);
        if (!number)
            return wrong("'offsets' must be a list of offsets");
        selection.offsets.push_back(*number);
    }
    return {};
}

} // namespace

Result<LetterJob> readLetterJob(const std::string& argumentsJson)
{
    const auto object =
        readObject(argumentsJson, {"topic", "class", "partition", "offsets", "reason"});
    if (!object)
        return object.error();
    const auto topic = readText(*object, "topic", true);
    const auto deadClass = readText(*object, "class", false);
    const auto reason = readText(*object, "reason", false);
    for (const auto* text : {&topic, &deadClass, &reason}) {
        if (!*text)
            return text->error();
    }
    LetterJob job;
    job.selection.topic = *topic;
    job.selection.deadClass = *deadClass;
    job.reason = *reason;
    if (object->contains("partition")) {
        const auto partition = readNumber(*object, "partition", partitionMax);
        if (!partition)
            return partition.error();
        job.selection.partition = PartitionId(static_cast<std::int32_t>(*partition));
    }
    if (auto read = readOffsets(*object, job.selection); !read)
        return read.error();
    return job;
}

Result<RecordAddress> readRecordAddress(const std::string& argumentsJson)
{
    const auto object = readObject(argumentsJson, {"topic", "generation", "partition", "offset"});
    if (!object)
        return object.error();
    const auto topic = readText(*object, "topic", true);
    if (!topic)
        return topic.error();
    RecordAddress address;
    address.key.topic = *topic;
    std::int64_t numbers[3] = {};
    std::size_t at = 0;
    for (const char* name : {"generation", "partition", "offset"}) {
        const auto number = readNumber(*object, name, at == 2 ? offsetMax : partitionMax);
        if (!number)
            return number.error();
        numbers[at++] = *number;
    }
    address.key.generation = Generation(static_cast<std::int32_t>(numbers[0]));
    address.key.partition = PartitionId(static_cast<std::int32_t>(numbers[1]));
    address.offset = Offset(numbers[2]);
    return address;
}

} // namespace millrace::control
