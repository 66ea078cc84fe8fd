// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/event.h"
#include "core/control/sql_value.h"

namespace millrace::control {

namespace {

std::string_view levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Alarm:
        return "alarm";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Info:
    case LogLevel::Debug:
        break;
    }
    return "info";
}

template<class Number>
std::optional<std::int64_t> numberOf(const std::optional<Number>& number)
{
    return number ? std::optional<std::int64_t>(number->value) : std::nullopt;
}

} // namespace

std::string insertEventSql(const std::string& instance, const Event& event)
{
    return "INSERT INTO millrace.event (level, code, topic, generation, partition, instance, text) "
           "VALUES ('" +
           std::string(levelName(event.level)) + "', " + textLiteral(event.code) + ", " +
           textLiteralOrNull(event.topic) + ", " + numberOrNull(numberOf(event.generation)) + ", " +
           numberOrNull(numberOf(event.partition)) + ", " + textLiteral(instance) + ", " +
           textLiteral(event.text) + ");\n";
}

Result<void> insertEvent(postgres::Connection& connection, const std::string& instance,
                         const Event& event)
{
    const std::string begin(event.level == LogLevel::Info ? followedByBatchSql : "");
    const auto done = connection.execute(begin + insertEventSql(instance, event));
    return done ? Result<void>() : Result<void>(done.error());
}

Result<void> forgetOldRows(postgres::Connection& connection)
{
    const auto done = connection.execute(
        "DELETE FROM millrace.event WHERE at < now() - interval '30 days'; "
        "DELETE FROM millrace.job WHERE state IN ('done', 'failed', 'cancelled') "
        "AND coalesce(beat_at, requested_at) < now() - interval '7 days'; "
        "DELETE FROM millrace.worker WHERE beat_at < now() - interval '7 days'");
    return done ? Result<void>() : Result<void>(done.error());
}

} // namespace millrace::control
