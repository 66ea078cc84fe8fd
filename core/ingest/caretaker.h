// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/landing/maintenance.h"
#include "core/postgres/connection.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace millrace::ingest {

/// Has data tables analysed and their BRIN indexes summarised as they grow (landing::Maintenance),
/// over a connection of its own: what it waits for stalls no lane. Its own thread.
class Caretaker
{
public:
    struct Settings
    {
        postgres::Dsn dsn;
        std::string applicationName;
        std::string dataSchema;
    };

    explicit Caretaker(Settings settings)
        : m_settings(std::move(settings))
    {
    }
    void run(const std::stop_token& stop);

private:
    Result<void> connect();
    Result<void> lookAround();

    Settings m_settings;
    std::stop_token m_stop;
    std::unique_ptr<postgres::Connection> m_connection;
    std::optional<landing::Maintenance> m_maintenance;
};

} // namespace millrace::ingest
