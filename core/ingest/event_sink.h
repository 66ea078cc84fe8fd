// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/event.h"
#include "core/control/topic.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace millrace::ingest {

/// Tells an event everywhere: a log line always, a row of millrace.event when there is a connection
/// that works, and for alarms a count by code. Any thread; the connection is the caller's own.
class EventSink
{
public:
    explicit EventSink(std::string instance)
        : m_instance(std::move(instance))
    {
    }

    void tell(postgres::Connection* connection, const control::Event& event);
    /// Writes what became of a topic, which makes the event's row by itself; a halt is an alarm in
    /// the log and in the count as well. Errors are those of the connection.
    Result<void> topicState(postgres::Connection& connection, const std::string& topic,
                            control::TopicState state, const std::string& reason);
    [[nodiscard]] std::map<std::string, std::int64_t> alarms() const;
    [[nodiscard]] const std::string& instance() const noexcept { return m_instance; }

private:
    std::string m_instance;
    mutable std::mutex m_mutex;
    std::map<std::string, std::int64_t> m_alarms;
};

} // namespace millrace::ingest
