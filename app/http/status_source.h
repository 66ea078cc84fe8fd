// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/snapshot.h"
#include "core/base/clock.h"
#include "core/postgres/connection.h"

#include <memory>
#include <mutex>
#include <optional>

namespace millrace::http {

/// Reads the control schema over a read-only connection of its own, at most once a second however
/// many ask; while one reads the others wait, at most 4 s. A database that is away is a snapshot
/// that says so, tried again a second later. Any thread.
class StatusSource
{
public:
    StatusSource(postgres::Dsn dsn, const std::string& instance, Clock clock = steadyNow);

    [[nodiscard]] std::shared_ptr<const Snapshot> current();

private:
    Result<void> read(Snapshot& snapshot);

    std::mutex m_mutex; ///< guards all below
    postgres::Dsn m_dsn;
    postgres::ConnectOptions m_options;
    Clock m_clock;
    std::optional<postgres::Connection> m_connection;
    std::shared_ptr<const Snapshot> m_snapshot;
    SteadyTime m_readAt;
};

} // namespace millrace::http
