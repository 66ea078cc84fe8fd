// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/topic.h"
#include "core/ingest/assignment.h"
#include "core/ingest/board.h"

#include <memory>
#include <string>
#include <vector>

namespace millrace::ingest {

/// Follows the topic table: what is subscribed, what is paused or let run again, whose rules
/// changed. Changes of the list are gathered for 200 ms, so that many new topics cost one
/// rebalance. One thread.
class TopicWatch
{
public:
    TopicWatch(kafka::Consumer& consumer, Assignment& assignment)
        : m_consumer(consumer)
        , m_assignment(assignment)
    {
    }

    struct News
    {
        std::vector<std::string>
            changedRules;                ///< contract, naming or table: read the catalogue again
        std::vector<std::string> letRun; ///< were paused or halted, may run again
        std::vector<control::TopicRow> paused; ///< are wanted to pause, and were not
    };
    /// Cursors of paused topics are Paused, of topics let run Taking (Stopped ones stay: whether
    /// they may is read afresh, PartitionCare::takeUpStopped), of an older generation Taking too.
    Result<News> follow(const Board<std::vector<control::TopicRow>>& board);

    /// The row as last read; null when the table has no such topic.
    [[nodiscard]] const control::TopicRow* row(const std::string& topic) const;

private:
    void compare(const control::TopicRow& now, News& news);
    Result<void> findOverlooked(News& news);
    Result<void> subscribeDue();

    kafka::Consumer& m_consumer;
    Assignment& m_assignment;
    std::uint64_t m_version = 0;
    std::shared_ptr<const std::vector<control::TopicRow>> m_rows;
    std::vector<std::string> m_subscribed;
    std::vector<std::string> m_listed;
    SteadyTime m_subscribeAt{};
    SteadyTime m_nextLook{};
};

} // namespace millrace::ingest
