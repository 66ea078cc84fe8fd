// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"

#include <string>
#include <vector>

namespace millrace::control {

struct Heartbeat
{
    std::string instance;
    std::string host;
    std::string version;
    /// An object of at most 16 KiB. millrace.topic_status reads {"topics": {"orders": 120.5}} (rows
    /// a second) and {"partitions": [{"topic": "orders", "lag": 17, "lag_seconds": 0.4}]}.
    std::string figuresJson;
};
/// Upserts the worker's row; `started` is kept from the first beat of this process.
Result<void> beat(postgres::Connection& connection, const Heartbeat& heartbeat);
Result<void> endWorker(postgres::Connection& connection, const std::string& instance);

struct TopicBalance
{
    std::string topic;
    std::string table;
    std::string state;
    std::string reason;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t gap = 0;
    std::int64_t holes = 0;
    std::int64_t served = 0; ///< next − first, over all generations and partitions
    bool balanced = true;
};
/// millrace.balance summed by topic, sorted.
Result<std::vector<TopicBalance>> loadBalance(postgres::Connection& connection);

} // namespace millrace::control
