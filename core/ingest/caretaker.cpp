// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/caretaker.h"

#include "core/base/log.h"
#include "core/control/worker.h"
#include "core/ingest/stoppable_wait.h"

namespace millrace::ingest {

namespace {

constexpr std::chrono::seconds lookInterval{2};

} // namespace

void Caretaker::run(const std::stop_token& stop)
{
    m_stop = stop;
    while (!stop.stop_requested()) {
        auto done = connect();
        if (done)
            done = lookAround();
        if (!done)
            log(LogLevel::Info, "care_waits", describe(done.error()));
        if (m_connection && m_connection->isBroken()) {
            m_maintenance.reset();
            m_connection.reset();
        }
        waitFor(stop, lookInterval);
    }
}

Result<void> Caretaker::connect()
{
    if (m_connection)
        return {};
    const auto opened = openOwn(m_connection, m_settings.dsn, m_settings.applicationName,
                                std::chrono::milliseconds(0), m_stop);
    if (!opened)
        return opened;
    m_maintenance.emplace(*m_connection);
    return {};
}

Result<void> Caretaker::lookAround()
{
    const auto balances = control::loadBalance(*m_connection);
    if (!balances)
        return balances.error();
    for (const control::TopicBalance& balance : *balances) {
        if (balance.table.empty())
            continue;
        auto done = m_maintenance->look(balance.topic, {m_settings.dataSchema, balance.table},
                                        balance.rows);
        if (!done)
            return done;
    }
    return {};
}

} // namespace millrace::ingest
