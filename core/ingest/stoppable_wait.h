// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace millrace::ingest {

/// Waits, or less when a stop is requested.
inline void waitFor(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
}

/// A server that answers nothing for so long is given up, whatever its socket says.
constexpr std::chrono::seconds silenceMax{30};

/// For the wait hook of a connection: a stop does not wait for a server that is silent. What was in
/// flight is in doubt, as after any lost connection.
inline Result<void> unlessStopped(const std::stop_token& stop)
{
    if (!stop.stop_requested())
        return {};
    return Error{Scope::Connection,
                 Code::ConnectionLost,
                 "asked to stop while the database does not answer",
                 {}};
}

/// Opens the connection of a background thread, unless it is open. A stop ends its waits;
/// `silence` 0: they may last. Errors of Connection::open.
inline Result<void> openOwn(std::unique_ptr<postgres::Connection>& slot, const postgres::Dsn& dsn,
                            const std::string& applicationName, std::chrono::milliseconds silence,
                            const std::stop_token& stop)
{
    if (slot)
        return {};
    postgres::ConnectOptions options;
    options.applicationName = applicationName;
    options.statementTimeout = silence;
    options.waitHook = [stop] { return unlessStopped(stop); };
    auto connection = postgres::Connection::open(dsn, options);
    if (!connection)
        return connection.error();
    slot = std::make_unique<postgres::Connection>(std::move(*connection));
    return {};
}

} // namespace millrace::ingest
