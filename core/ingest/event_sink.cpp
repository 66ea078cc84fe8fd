// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/event_sink.h"

namespace millrace::ingest {

void EventSink::tell(postgres::Connection* connection, const control::Event& event)
{
    const std::string where =
        event.topic + (event.partition ? "[" + std::to_string(event.partition->value) + "]" : "");
    log(event.level, event.code, event.text, {{"topic", where}});
    if (event.level == LogLevel::Alarm) {
        const std::lock_guard lock(m_mutex);
        ++m_alarms[event.code];
    }
    if (connection == nullptr || connection->isBroken())
        return;
    if (const auto stored = control::insertEvent(*connection, m_instance, event); !stored)
        log(LogLevel::Warning, "event_not_stored", describe(stored.error()));
}

Result<void> EventSink::topicState(postgres::Connection& connection, const std::string& topic,
                                   control::TopicState state, const std::string& reason)
{
    const auto changed = control::setTopicState(connection, topic, state, reason);
    if (!changed)
        return changed.error();
    if (*changed && state == control::TopicState::Halted)
        tell(nullptr, {.level = LogLevel::Alarm,
                       .code = "topic_halted",
                       .topic = topic,
                       .generation = {},
                       .partition = {},
                       .text = reason});
    return {};
}

std::map<std::string, std::int64_t> EventSink::alarms() const
{
    const std::lock_guard lock(m_mutex);
    return m_alarms;
}

} // namespace millrace::ingest
