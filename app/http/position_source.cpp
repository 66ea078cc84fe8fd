// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/position_source.h"

#include "core/query/positions.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace millrace::http {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2s;
constexpr auto waitingInterval = 20ms;

std::vector<std::string> topicsOf(const query::OffsetVector& offsets)
{
    std::set<std::string> topics;
    for (const query::PartitionOffset& offset : offsets.offsets)
        topics.insert(offset.topic);
    return {topics.begin(), topics.end()};
}

Error notInTime(const query::OffsetVector& wished, const query::OffsetVector& seen)
{
    const auto isMissing = [&seen](const query::PartitionOffset& wish) {
        return !query::covers(seen, {{wish}});
    };
    const auto missing = std::ranges::find_if(wished.offsets, isMissing);
    const auto isSame = [&missing](const query::PartitionOffset& have) {
        return have.topic == missing->topic && have.partition == missing->partition;
    };
    const auto have = std::ranges::find_if(seen.offsets, isSame);
    const std::string place = missing->topic + "/" + std::to_string(missing->partition.value);
    const std::string generation =
        missing->generation.value == 0
            ? ""
            : " of generation " + std::to_string(missing->generation.value);
    return {Scope::Batch, Code::Retry,
            have == seen.offsets.end()
                ? "nothing of " + place + " is here yet"
                : place + " stands at " + std::to_string(have->next.value) + ", not yet at " +
                      std::to_string(missing->next.value) + generation,
            notReachedOrigin};
}

const Error gone{Scope::Batch, Code::Cancelled, "nobody waits for this any more", ""};

} // namespace

PositionSource::PositionSource(postgres::Dsn dsn, const std::string& instance)
    : m_dsn(std::move(dsn))
{
    m_options.applicationName = "millrace-positions/" + instance;
    m_options.connectTimeout = patience;
    m_options.statementTimeout = patience;
    m_options.readOnly = true;
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

PositionSource::~PositionSource()
{
    m_thread.request_stop();
    m_thread.join();
}

void PositionSource::ask(Wish wish, Tell tell)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isClosed) {
            m_asked.push_back({std::move(wish), std::move(tell)});
            if (m_asked.size() == 1)
                m_changed.notify_one();
            return;
        }
    }
    tell(gone);
}

void PositionSource::run(const std::stop_token& stop)
{
    while (!stop.stop_requested())
        answer(next(stop));
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
    }
    std::ranges::move(m_asked, std::back_inserter(m_waiting));
    for (const Asked& one : m_waiting)
        one.tell(gone);
}

/// All that are to be answered from the reading that begins now.
std::vector<PositionSource::Asked> PositionSource::next(const std::stop_token& stop)
{
    std::vector<Asked> all = std::move(m_waiting);
    m_waiting.clear();
    std::unique_lock lock(m_mutex);
    const auto isAsked = [this] { return !m_asked.empty(); };
    if (all.empty())
        m_changed.wait(lock, stop, isAsked);
    else
        m_changed.wait_for(lock, stop, waitingInterval, isAsked);
    std::ranges::move(m_asked, std::back_inserter(all));
    m_asked.clear();
    return all;
}

void PositionSource::answer(std::vector<Asked> all)
{
    const auto isWanted = [](const Asked& one) {
        return !one.wish.isWanted || one.wish.isWanted();
    };
    const auto unwanted = std::stable_partition(all.begin(), all.end(), isWanted);
    std::for_each(unwanted, all.end(), [](const Asked& one) { one.tell(gone); });
    all.erase(unwanted, all.end());
    if (all.empty())
        return;
    const SteadyTime begun = steadyNow();
    const auto now = read(all);
    for (Asked& one : all) {
        const Wish& wish = one.wish;
        if (!now) {
            one.tell(now.error());
            continue;
        }
        const auto seen = query::positionsOf(*now, topicsOf(wish.offsets)).seen;
        if (query::covers(seen, wish.offsets))
            one.tell(query::positionsOf(*now, wish.topics));
        else if (begun >= wish.until)
            one.tell(notInTime(wish.offsets, seen));
        else
            m_waiting.push_back(std::move(one));
    }
}

/// A session that the server closed while it rested shows so only when it is used.
Result<query::PositionsByTopic> PositionSource::read(const std::vector<Asked>& all)
{
    std::set<std::string> names;
    for (const Asked& one : all) {
        names.insert(one.wish.topics.begin(), one.wish.topics.end());
        for (const query::PartitionOffset& offset : one.wish.offsets.offsets)
            names.insert(offset.topic);
    }
    const std::vector<std::string> topics(names.begin(), names.end());
    const bool hasRested = m_connection.has_value();
    auto now = readOnce(topics);
    if (!now && hasRested)
        now = readOnce(topics);
    return now;
}

Result<query::PositionsByTopic> PositionSource::readOnce(const std::vector<std::string>& topics)
{
    if (!m_connection) {
        auto opened = postgres::Connection::open(m_dsn, m_options);
        if (!opened)
            return opened.error();
        m_connection.emplace(std::move(*opened));
        m_isPrepared = query::preparePositions(*m_connection).has_value();
    }
    auto now = m_isPrepared ? query::readPrepared(*m_connection, topics)
                            : query::readPositions(*m_connection, topics);
    m_isPrepared = m_isPrepared && now; // a pooler may have given it to somebody else
    if (m_connection->isBroken())
        m_connection.reset();
    return now;
}

} // namespace millrace::http
