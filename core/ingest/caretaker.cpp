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
    postgres::ConnectOptions options;
    options.applicationName = m_settings.applicationName;
    options.waitHook = [this] { return unlessStopped(m_stop); };
    auto connection = postgres::Connection::open(m_settings.dsn, options);
    if (!connection)
        return connection.error();
    m_connection = std::make_unique<postgres::Connection>(std::move(*connection));
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
