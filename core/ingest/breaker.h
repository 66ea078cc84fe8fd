// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/kafka/consumer.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace millrace::ingest {

/// Stops a topic that is all garbage: Limits::deadRunMax consecutive dead letters on a partition,
/// or at least 99 % of the last 10,000 records of the topic. Counts what commits say; pure. One
/// thread.
class Breaker
{
public:
    explicit Breaker(const Limits& limits)
        : m_limits(limits)
    {
    }

    /// Rows and dead letters of one partition in one commit; `deadRun` of them at its end. Returns
    /// the reason when the topic must halt, else an empty text.
    std::string count(const kafka::TopicPartition& where, std::int64_t rows, std::int64_t dead,
                      std::int64_t deadRun);
    void forget(const std::string& topic);
    /// Consecutive dead letters so far: the committer stops a batch where the run would end.
    [[nodiscard]] std::int64_t run(const kafka::TopicPartition& where) const;

private:
    struct Window
    {
        struct Share
        {
            std::int64_t records = 0;
            std::int64_t dead = 0;
        };
        std::deque<Share> shares;
        std::int64_t records = 0;
        std::int64_t dead = 0;
    };
    Limits m_limits;
    std::map<kafka::TopicPartition, std::int64_t> m_runs;
    std::map<std::string, Window> m_windows;
};

} // namespace millrace::ingest
