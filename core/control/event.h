// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <optional>
#include <string>

namespace millrace::control {

/// One row of millrace.event; an alarm is also a log line and a metric.
struct Event
{
    LogLevel level = LogLevel::Info;
    std::string code; ///< "topic_recreated", "gap", …: snake case, stable
    std::string topic;
    std::optional<Generation> generation;
    std::optional<PartitionId> partition;
    std::string text;
};

Result<void> insertEvent(postgres::Connection& connection, const std::string& instance,
                         const Event& event);
/// As a statement for a larger script.
[[nodiscard]] std::string insertEventSql(const std::string& instance, const Event& event);
/// Deletes events older than 30 days and jobs older than 7.
Result<void> forgetOldRows(postgres::Connection& connection);

} // namespace millrace::control
