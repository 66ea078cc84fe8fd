// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/parse_tree.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <span>

namespace millrace::query {

namespace {

using Message = ProtobufCMessage;
using Field = ProtobufCFieldDescriptor;

std::span<const Field> fieldsOf(const ProtobufCMessageDescriptor& descriptor)
{
    return {descriptor.fields, descriptor.n_fields};
}

template<class T>
T memberAt(const Message& message, unsigned offset)
{
    T value;
    std::memcpy(&value, reinterpret_cast<const char*>(&message) + offset, sizeof value);
    return value;
}

std::size_t countOf(const Message& message, const Field& field)
{
    return memberAt<std::size_t>(message, field.quantifier_offset);
}

bool isChosen(const Message& message, const Field& field)
{
    const bool isOneOf = (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    return !isOneOf || memberAt<std::uint32_t>(message, field.quantifier_offset) == field.id;
}

/// A type that the table's library never had counts as set, so that it is refused.
bool isScalarSet(const Message& message, const Field& field)
{
    switch (field.type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return memberAt<const Message*>(message, field.offset) != nullptr;
    case PROTOBUF_C_TYPE_STRING: {
        const char* text = memberAt<const char*>(message, field.offset);
        return text != nullptr && *text != '\0';
    }
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BOOL:
        return memberAt<std::int32_t>(message, field.offset) != 0;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return memberAt<std::int64_t>(message, field.offset) != 0;
    default:
        return true;
    }
}

bool isSet(const Message& message, const Field& field)
{
    if (field.label == PROTOBUF_C_LABEL_REPEATED)
        return countOf(message, field) > 0;
    if ((field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
        return isChosen(message, field);
    return isScalarSet(message, field);
}

/// What a Node holds; null for an empty one.
const Message* unwrapped(const Message* message)
{
    if (message == nullptr || message->descriptor != &pg_query__node__descriptor)
        return message;
    for (const Field& field : fieldsOf(*message->descriptor))
        if (isChosen(*message, field))
            return memberAt<const Message*>(*message, field.offset);
    return nullptr;
}

bool visit(const Message* found, const std::function<bool(const Message&)>& child)
{
    const Message* inner = unwrapped(found);
    return inner == nullptr || child(*inner);
}

/// PostgreSQL's spelling ("A_Expr"), which the short name does not keep.
std::string_view nameOf(const ProtobufCMessageDescriptor& descriptor)
{
    const std::string_view name = descriptor.name;
    return name.substr(name.rfind('.') + 1);
}

const ProtobufCMessageDescriptor* descriptorOf(std::string_view node)
{
    for (const Field& field : fieldsOf(pg_query__node__descriptor)) {
        const auto* inner = static_cast<const ProtobufCMessageDescriptor*>(field.descriptor);
        if (inner != nullptr && node == nameOf(*inner))
            return inner;
    }
    return nullptr;
}

bool hasField(const ProtobufCMessageDescriptor& descriptor, std::string_view name)
{
    const auto fields = fieldsOf(descriptor);
    return std::any_of(fields.begin(), fields.end(),
                       [name](const Field& field) { return name == field.name; });
}

} // namespace

void FreeTree::operator()(ProtobufCMessage* tree) const noexcept
{
    protobuf_c_message_free_unpacked(tree, nullptr);
}

Checked<TreeHandle> parseTree(const std::string& sql)
{
    const auto free = [](PgQueryProtobufParseResult* result) {
        pg_query_free_protobuf_parse_result(*result);
    };
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql.c_str());
    const std::unique_ptr<PgQueryProtobufParseResult, decltype(free)> owner(&result, free);
    if (result.error != nullptr)
        return Problem{
            "syntax", result.error->message, "query", {}, std::max(result.error->cursorpos, 1)};
    TreeHandle tree(protobuf_c_message_unpack(
        &pg_query__parse_result__descriptor, nullptr, result.parse_tree.len,
        reinterpret_cast<const std::uint8_t*>(result.parse_tree.data)));
    if (!tree)
        return Problem{"syntax", "the statement cannot be understood", "query", {}, 1};
    return tree;
}

int positionOf(std::string_view sql, int byteOffset)
{
    const auto begins = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    const std::string_view before =
        sql.substr(0, static_cast<std::size_t>(std::max(byteOffset, 0)));
    return static_cast<int>(std::count_if(before.begin(), before.end(), begins)) + 1;
}

std::string_view nodeName(const ProtobufCMessage& message) noexcept
{
    return nameOf(*message.descriptor);
}

bool eachSetField(const ProtobufCMessage& message,
                  const std::function<bool(std::string_view name)>& field)
{
    for (const Field& each : fieldsOf(*message.descriptor))
        if (isSet(message, each) && !field(each.name))
            return false;
    return true;
}

bool eachChild(const ProtobufCMessage& message,
               const std::function<bool(const ProtobufCMessage& child)>& child)
{
    for (const Field& field : fieldsOf(*message.descriptor)) {
        if (field.type != PROTOBUF_C_TYPE_MESSAGE || !isSet(message, field))
            continue;
        if (field.label != PROTOBUF_C_LABEL_REPEATED) {
            if (!visit(memberAt<const Message*>(message, field.offset), child))
                return false;
            continue;
        }
        auto* const* items = memberAt<Message**>(message, field.offset);
        for (std::size_t i = 0; i < countOf(message, field); ++i)
            if (!visit(items[i], child))
                return false;
    }
    return true;
}

int locationOf(const ProtobufCMessage& message) noexcept
{
    for (const Field& field : fieldsOf(*message.descriptor))
        if (std::string_view(field.name) == "location" && field.type == PROTOBUF_C_TYPE_INT32)
            return memberAt<std::int32_t>(message, field.offset);
    return -1;
}

bool libraryKnows(std::string_view node, std::string_view field)
{
    const auto* descriptor =
        node == "RawStmt" ? &pg_query__raw_stmt__descriptor : descriptorOf(node);
    return descriptor != nullptr && (field.empty() || hasField(*descriptor, field));
}

} // namespace millrace::query
