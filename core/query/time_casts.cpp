// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/time_casts.h"

#include "core/query/typed_nodes.h"

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <cctype>
#include <span>
#include <string>

namespace millrace::query {

namespace {

constexpr std::string_view timeTypes[] = {"date", "time", "timetz", "timestamp", "timestamptz"};
/// These give a time, or nothing at all.
constexpr std::string_view timeFunctions[] = {
    "date",      "date_bin",         "date_trunc",   "make_date", "make_timestamp", "now",
    "make_time", "make_timestamptz", "to_timestamp", "timezone",  "to_date"};

/// These give one of their arguments.
constexpr std::string_view choices[] = {"max", "min"};

bool isNamed(PgQuery__Node* const* nodes, std::size_t count,
             std::span<const std::string_view> names)
{
    const auto parts = strings(nodes, count);
    return !parts.empty() && std::find(names.begin(), names.end(), parts.back()) != names.end();
}

bool givesTime(const ProtobufCMessage& message)
{
    if (const auto* cast = as<PgQuery__TypeCast>(message))
        return isNamed(cast->type_name->names, cast->type_name->n_names, timeTypes);
    if (const auto* call = as<PgQuery__FuncCall>(message))
        return isNamed(call->funcname, call->n_funcname, timeFunctions);
    if (const auto* operation = as<PgQuery__AExpr>(message)) {
        constexpr std::string_view sums[] = {"+", "-"};
        return isNamed(operation->name, operation->n_name, sums);
    }
    return is<PgQuery__AConst>(message) || is<PgQuery__ParamRef>(message) ||
           is<PgQuery__SQLValueFunction>(message);
}

} // namespace

bool mayMeanATime(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    constexpr std::string_view words[] = {"now", "today", "tomorrow", "yesterday"};
    return std::any_of(std::begin(words), std::end(words), [&lower](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

void TimeCasts::output(std::string_view name, const ProtobufCMessage& value)
{
    (givesTime(value) ? m_times : m_made).insert(name);
}

void TimeCasts::cast(const ProtobufCMessage& message)
{
    const ProtobufCMessage* of = inside(as<PgQuery__TypeCast>(message)->arg);
    if (givesTime(message) && of != nullptr)
        argument(*of);
    const auto& type = *as<PgQuery__TypeCast>(message)->type_name;
    // The offset of a zone is that of the day on which a time without one is asked about.
    constexpr std::string_view dayless[] = {"time", "timetz"};
    m_hasText = m_hasText || isNamed(type.names, type.n_names, dayless);
}

void TimeCasts::argument(const ProtobufCMessage& message)
{
    if (const auto* column = as<PgQuery__ColumnRef>(message)) {
        const auto parts = strings(column->fields, column->n_fields);
        m_columns.insert(parts.empty() ? std::string_view() : parts.back());
    } else if (const auto* call = as<PgQuery__FuncCall>(message);
               call != nullptr && isNamed(call->funcname, call->n_funcname, choices)) {
        for (const ProtobufCMessage* each : messages(call->args, call->n_args))
            argument(*each);
    } else if (!givesTime(message)) {
        m_hasText = true;
    }
}

bool TimeCasts::isTime(std::string_view name, const std::set<const SourceTable*>& tables) const
{
    if (m_made.contains(name))
        return false;
    bool isKnown = m_times.contains(name);
    for (const SourceTable* table : tables) {
        const SourceColumn* column = table->column(name);
        if (column != nullptr && column->type != schema::ColumnType::Timestamp)
            return false;
        isKnown = isKnown || column != nullptr;
    }
    return isKnown;
}

bool TimeCasts::mayMeetText(const std::set<const SourceTable*>& tables) const
{
    return m_hasText ||
           !std::all_of(m_columns.begin(), m_columns.end(),
                        [&](std::string_view column) { return isTime(column, tables); });
}

} // namespace millrace::query
