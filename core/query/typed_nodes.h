// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/parse_tree.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

struct ProtobufCMessage;
struct ProtobufCMessageDescriptor;
struct PgQuery__Node;
struct PgQuery__RangeVar;
struct PgQuery__Alias;
struct PgQuery__CommonTableExpr;
struct PgQuery__ResTarget;
struct PgQuery__FuncCall;
struct PgQuery__TypeName;
struct PgQuery__TypeCast;
struct PgQuery__RangeFunction;
struct PgQuery__SelectStmt;
struct PgQuery__WithClause;
struct PgQuery__ColumnRef;
struct PgQuery__AExpr;
struct PgQuery__AConst;
struct PgQuery__AArrayExpr;
struct PgQuery__AIndirection;
struct PgQuery__AIndices;
struct PgQuery__SubLink;
struct PgQuery__SQLValueFunction;
struct PgQuery__CollateClause;
struct PgQuery__JoinExpr;
struct PgQuery__GroupingSet;
struct PgQuery__List;
struct PgQuery__RangeSubselect;
struct PgQuery__NullTest;
struct PgQuery__RowExpr;
struct PgQuery__CaseExpr;
struct PgQuery__CoalesceExpr;
struct PgQuery__MinMaxExpr;
struct PgQuery__GroupingFunc;
struct PgQuery__SortBy;
struct PgQuery__ParamRef;

namespace millrace::query {

/// Messages as the structs they are; who looks into one includes the library's header.

template<class T>
const ProtobufCMessageDescriptor* descriptorOf();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__RangeVar>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__Alias>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__CommonTableExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__ResTarget>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__FuncCall>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__TypeName>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__TypeCast>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__RangeFunction>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__SelectStmt>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__WithClause>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__ColumnRef>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__AExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__AConst>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__AArrayExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__AIndirection>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__AIndices>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__SubLink>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__SQLValueFunction>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__CollateClause>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__JoinExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__GroupingSet>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__List>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__RangeSubselect>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__NullTest>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__RowExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__CaseExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__CoalesceExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__MinMaxExpr>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__GroupingFunc>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__SortBy>();
template<>
const ProtobufCMessageDescriptor* descriptorOf<PgQuery__ParamRef>();

[[nodiscard]] const ProtobufCMessageDescriptor*
descriptorIn(const ProtobufCMessage& message) noexcept;

template<class T>
bool is(const ProtobufCMessage& message)
{
    return descriptorIn(message) == descriptorOf<T>();
}

/// The struct, or null when it is another node.
template<class T>
const T* as(const ProtobufCMessage& message)
{
    return is<T>(message) ? reinterpret_cast<const T*>(&message) : nullptr;
}

/// What a Node holds; null for none.
[[nodiscard]] const ProtobufCMessage* inside(const PgQuery__Node* node) noexcept;

/// The texts among the nodes of a list, and all of its messages.
[[nodiscard]] std::vector<std::string_view> strings(PgQuery__Node* const* nodes, std::size_t count);
[[nodiscard]] std::vector<const ProtobufCMessage*> messages(PgQuery__Node* const* nodes,
                                                            std::size_t count);

/// A constant without casts: its text, its integer, or its number as written.
struct ConstantNode
{
    std::optional<std::string_view> text;
    std::optional<std::int32_t> integer;
    std::optional<std::string_view> number;
};
[[nodiscard]] std::optional<ConstantNode> constantIn(const PgQuery__Node* node);

/// The node is a power, at its top or below casts, operators and calls.
[[nodiscard]] bool isPower(const PgQuery__Node* node);

/// Tables, functions and sub-SELECTs that a FROM joins.
[[nodiscard]] int relationsIn(PgQuery__Node* const* from, std::size_t count);

/// How many grouping sets a GROUP BY becomes; the product of its items, at most 1,000,000.
[[nodiscard]] std::int64_t groupingSetsIn(PgQuery__Node* const* group, std::size_t count);

} // namespace millrace::query
