// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/reject_reason.h"

#include "core/base/text.h"
#include "core/record/foreign_format.h"

namespace millrace::record {

namespace {

constexpr std::size_t excerptBytes = 24;
constexpr std::size_t pathBytesMax = 500;

/// "What at byte 17: \"excerpt\"."
std::string sentence(const char* what, std::size_t position, std::string_view value)
{
    std::string text = std::string(what) + " at byte " + std::to_string(position);
    if (position >= value.size())
        return text + ", the end.";
    return text + ": " + printable(value.substr(position, excerptBytes)) + ".";
}

std::size_t firstBytesThatAreNotUtf8(std::string_view value)
{
    std::size_t at = 0;
    while (at < value.size()) {
        std::size_t length = 1;
        while (length <= 4 && !isUtf8(value.substr(at, length)))
            ++length;
        if (length > 4)
            break;
        at += length;
    }
    return at;
}

std::size_t firstControlCharacterInAString(std::string_view value)
{
    bool inString = false;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] == '"')
            inString = !inString;
        else if (inString && value[at] == '\\')
            ++at;
        else if (inString && static_cast<unsigned char>(value[at]) < 0x20)
            return at;
    }
    return value.size();
}

} // namespace

std::string_view rejectClassName(RejectClass rejectClass) noexcept
{
    switch (rejectClass) {
    case RejectClass::NotJson:
        return "not_json";
    case RejectClass::Empty:
        return "empty";
    case RejectClass::NotUtf8:
        return "not_utf8";
    case RejectClass::UnrepresentableText:
        return "unrepresentable_text";
    case RejectClass::TooDeep:
        return "too_deep";
    case RejectClass::TooLarge:
        return "too_large";
    case RejectClass::OutOfRange:
        return "out_of_range";
    case RejectClass::Framed:
        break;
    }
    return "framed";
}

Reject tooLarge(std::size_t valueBytes, std::size_t bytesMax)
{
    return {RejectClass::TooLarge,
            "The value has " + std::to_string(valueBytes) + " bytes; the limit is " +
                std::to_string(bytesMax) + ".",
            {}};
}

Reject unreadable(std::string_view value, StructuralIndex::Status status)
{
    using Status = StructuralIndex::Status;
    if (status == Status::Empty)
        return {RejectClass::Empty,
                value.empty() ? "The value has no bytes; a tombstone would have no value."
                              : "The value is nothing but whitespace.",
                {}};
    if (auto known = recognise(value))
        return std::move(*known);
    if (status == Status::NotUtf8 || !isUtf8(value))
        return {RejectClass::NotUtf8,
                sentence("Not UTF-8", firstBytesThatAreNotUtf8(value), value),
                {}};
    if (status == Status::ControlCharacter)
        return {
            RejectClass::NotJson,
            sentence("Control character in a string", firstControlCharacterInAString(value), value),
            {}};
    return {RejectClass::NotJson, sentence("Unclosed string", value.size(), value), {}};
}

Reject refused(std::string_view value, const Fault& fault, std::size_t shift, std::string path)
{
    if (fault.rejectClass == RejectClass::NotJson) {
        if (auto known = recognise(value))
            return std::move(*known);
    }
    return {fault.rejectClass, sentence(fault.what, fault.position + shift, value),
            printable(path, pathBytesMax)};
}

} // namespace millrace::record
