// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/topic_watch.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

constexpr std::chrono::milliseconds gatherTime{200};
constexpr std::chrono::milliseconds lookInterval{1'000};

bool mayRun(const control::TopicRow& row)
{
    return !row.wantedPause && row.state != control::TopicState::Halted;
}

/// Another lane has begun a generation since; who has nothing to land meets no fence.
bool isSuperseded(const PartitionCursor& cursor, Generation present)
{
    return cursor.phase() != Phase::Stopped && cursor.holdsPosition() &&
           cursor.position().key.generation < present;
}

} // namespace

const control::TopicRow* TopicWatch::row(const std::string& topic) const
{
    if (!m_rows)
        return nullptr;
    const auto found = std::ranges::lower_bound(*m_rows, topic, {}, &control::TopicRow::topic);
    return found != m_rows->end() && found->topic == topic ? &*found : nullptr;
}

Result<TopicWatch::News> TopicWatch::follow(const Board<std::vector<control::TopicRow>>& board)
{
    News news;
    if (board.version() != m_version) {
        m_version = board.version();
        const auto now = board.read();
        std::vector<std::string> listed;
        for (const control::TopicRow& topic : *now) {
            listed.push_back(topic.topic);
            compare(topic, news);
        }
        m_rows = now;
        if (listed != m_listed) {
            m_listed = std::move(listed);
            if (m_subscribeAt == SteadyTime{})
                m_subscribeAt = steadyNow() + (m_subscribed.empty() ? gatherTime * 0 : gatherTime);
        }
    }
    if (auto done = findOverlooked(news); !done)
        return done.error();
    if (auto done = subscribeDue(); !done)
        return done.error();
    return news;
}

void TopicWatch::compare(const control::TopicRow& now, News& news)
{
    const control::TopicRow* before = row(now.topic);
    if (before == nullptr)
        return;
    if (before->contract != now.contract || before->naming != now.naming ||
        before->table != now.table || before->layout != now.layout)
        news.changedRules.push_back(now.topic);
    const auto cursors = m_assignment.ofTopic(now.topic);
    if (mayRun(*before) && !mayRun(now)) {
        for (PartitionCursor* cursor : cursors) {
            if (cursor->phase() != Phase::Stopped)
                cursor->pause(now.wantedPause ? "paused as wanted" : now.reason);
        }
        news.paused.push_back(now);
    } else if (!mayRun(*before) && mayRun(now)) {
        for (PartitionCursor* cursor : cursors) {
            if (cursor->phase() == Phase::Paused)
                cursor->forget();
        }
        news.letRun.push_back(now.topic);
    }
}

/// What no change of a row shows. A halt by this lane and a person's 'run' may both fall between
/// two readings of the table, which then never showed a difference. Taking over reads the row
/// afresh, so letting run is only a try. A pause that nobody could tell is told again.
Result<void> TopicWatch::findOverlooked(News& news)
{
    if (!m_rows || steadyNow() < m_nextLook)
        return {};
    m_nextLook = steadyNow() + lookInterval;
    std::vector<PartitionCursor*> superseded;
    for (const control::TopicRow& topic : *m_rows) {
        const auto cursors = m_assignment.ofTopic(topic.topic);
        if (topic.wantedPause && topic.state == control::TopicState::Running && !cursors.empty())
            news.paused.push_back(topic);
        if (!mayRun(topic))
            continue;
        bool found = false;
        for (PartitionCursor* cursor : cursors) {
            found = found || cursor->phase() == Phase::Paused || cursor->phase() == Phase::Stopped;
            if (cursor->phase() == Phase::Paused)
                cursor->forget();
            else if (isSuperseded(*cursor, topic.generation))
                superseded.push_back(cursor);
        }
        if (found)
            news.letRun.push_back(topic.topic);
    }
    return m_assignment.forget(superseded, {});
}

Result<void> TopicWatch::subscribeDue()
{
    if (m_subscribeAt == SteadyTime{} || steadyNow() < m_subscribeAt)
        return {};
    m_subscribeAt = {};
    m_subscribed = m_listed;
    return m_consumer.subscribe(m_subscribed);
}

} // namespace millrace::ingest
