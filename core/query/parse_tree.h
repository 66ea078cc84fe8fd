// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/problem.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ProtobufCMessage;

namespace millrace::query {

/// The only edge to libpg_query: text → parse tree, and what is set in a message of it.

struct FreeTree
{
    void operator()(ProtobufCMessage* tree) const noexcept;
};
using TreeHandle = std::unique_ptr<ProtobufCMessage, FreeTree>;

/// The tree of a text of any depth: call it on a large stack. The root is a ParseResult.
[[nodiscard]] Checked<TreeHandle> parseTree(const std::string& sql);

/// Character of a byte offset of the text, from 1.
[[nodiscard]] int positionOf(std::string_view sql, int byteOffset);

/// "SelectStmt", without its package.
[[nodiscard]] std::string_view nodeName(const ProtobufCMessage& message) noexcept;

/// Calls `field(name)` for every field that is set, until it returns false.
bool eachSetField(const ProtobufCMessage& message,
                  const std::function<bool(std::string_view name)>& field);
/// Calls `child` for every message in a field, wrappers (Node) taken off and empty ones left out,
/// until it returns false.
bool eachChild(const ProtobufCMessage& message,
               const std::function<bool(const ProtobufCMessage& child)>& child);
/// Value of its field `location`, or -1.
[[nodiscard]] int locationOf(const ProtobufCMessage& message) noexcept;

/// For the check of the rules against the installed library: the message exists, and has the field.
[[nodiscard]] bool libraryKnows(std::string_view node, std::string_view field);

} // namespace millrace::query
