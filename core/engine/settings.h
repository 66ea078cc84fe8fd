// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/postgres/connection.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace millrace::engine {

/// Everything an Engine is told; checked values, no defaults of the surroundings (host name,
/// folders) are looked up behind this line. The caller owns servers: a private cluster or an
/// in-process broker are running before start() and are stopped after stop().
struct Settings
{
    std::string brokers; ///< bootstrap list, "host:port,…"; empty only when !ingest
    std::string topicsPattern = "^[^_].*|^_[^_].*"; ///< whole-name expression; default: not "__…"
    std::string group = "millrace";                 ///< consumer group
    std::string instance;              ///< <= 200 bytes; group.instance.id is "<instance>-<lane>"
    postgres::Dsn database;            ///< where rows and the control schema go
    std::string dataSchema = "public"; ///< of the data tables; made when missing
    int lanes = 1;                     ///< threads that ingest, from 1
    Limits limits;
    bool ingest = true;         ///< false: only look; no consumer is opened, no lane runs
    bool acceptCluster = false; ///< another cluster id begins a new generation instead of an error
    bool brinIndex = true;      ///< one BRIN a table; false: none
    /// Allow-listed librdkafka properties of the user (checked by kafka::checkProperty), in order.
    std::vector<std::pair<std::string, std::string>> kafkaProperties;
    std::filesystem::path dataDir; ///< exists, is ours, locked

    /// Demo only: the id that stands for the in-process broker, whose own is new at each start. Not
    /// empty: each start begins a generation with reason `demo_restart`, without an alarm.
    std::string demoClusterId;
};

} // namespace millrace::engine
