// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/lane.h"

#include "core/base/failpoint.h"
#include "core/ingest/backoff.h"
#include "core/ingest/batch_filter.h"
#include "core/ingest/stoppable_wait.h"

#include <exception>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr auto statusInterval = 1s;
constexpr auto bookingInterval = 1s;
constexpr auto pollChunkRecords = std::size_t{1'000};
constexpr auto pollChunkBytes = std::size_t{1} << 20;

} // namespace

Lane::Lane(LaneSettings settings, Shared& shared)
    : m_settings(std::move(settings))
    , m_shared(shared)
    , m_breaker(m_settings.limits)
    , m_pace(m_settings.limits.batchWaitMax)
{
}

Lane::~Lane() = default;

void Lane::run(const std::stop_token& stop)
{
    m_stop = stop;
    try {
        if (const auto opened = open(); !opened)
            end(describe(opened.error()));
        while (!stop.stop_requested() && !m_ended)
            turn();
        if (!m_ended)
            m_state = "stopped";
    } catch (const std::exception& exception) {
        end(std::string("unexpected: ") + exception.what());
    }
    publishStatus(true);
    if (m_consumer)
        m_consumer->close();
}

Result<void> Lane::open()
{
    auto consumer = kafka::Consumer::open(m_settings.consumer);
    if (!consumer)
        return consumer.error();
    m_consumer = std::make_unique<kafka::Consumer>(std::move(*consumer));
    auto cluster = kafka::Cluster::open(m_settings.consumer.client);
    if (!cluster)
        return cluster.error();
    m_cluster = std::make_unique<kafka::Cluster>(std::move(*cluster));
    m_assignment = std::make_unique<Assignment>(*m_consumer);
    m_watch = std::make_unique<TopicWatch>(*m_consumer, *m_assignment);
    m_care = std::make_unique<PartitionCare>(*m_consumer, *m_cluster, *m_assignment,
                                             m_shared.events, m_settings.limits);
    return {};
}

Result<void> Lane::connect()
{
    if (m_connection && !m_connection->isBroken())
        return {};
    postgres::ConnectOptions options;
    options.applicationName = m_settings.takeOver.owner;
    options.statementTimeout = silenceMax;
    options.waitHook = [this] { return keepAlive(); };
    auto connection = postgres::Connection::open(m_settings.takeOver.dsn, options);
    if (!connection)
        return connection.error();
    m_connection = std::make_unique<postgres::Connection>(std::move(*connection));
    m_committer = std::make_unique<landing::Committer>(*m_connection, m_settings.landing);
    return {};
}

void Lane::stayConnected()
{
    if (m_connection || steadyNow() < m_retryAt)
        return;
    if (const auto connected = connect(); !connected)
        recover(connected.error());
    else
        m_state = "running";
}

void Lane::turn()
{
    if (std::exchange(m_pausedInWait, false))
        check(m_care->restartReading());
    stayConnected();
    followTopics();
    lookAfterPartitions();
    takeOverDue();
    failpoint("lane.before_poll");
    const Limits& limits = m_settings.limits;
    const std::size_t recordsMax = m_assignment->suspectsPoison() ? 1 : limits.batchRecordsMax;
    kafka::Polled polled = m_consumer->poll(recordsMax, limits.batchBytesMax, m_pace.wait());
    if (!polled.batch.messages.empty())
        failpoint("lane.after_poll");
    handleBatch(polled.batch);
    for (const kafka::Event& event : polled.events)
        handleEvent(event);
    bookEnds();
    publishStatus(false);
}

void Lane::takeOverDue()
{
    std::vector<PartitionCursor*> due;
    const SteadyTime now = steadyNow();
    for (PartitionCursor* cursor : m_assignment->all()) {
        if (cursor->phase() == Phase::Taking && cursor->retryAt() <= now)
            due.push_back(cursor);
    }
    const auto view = m_shared.cluster.read();
    if (!due.empty() && view && now >= m_retryAt)
        takeOver(due, *view);
    check(m_assignment->parkNew());
}

void Lane::takeOver(const std::vector<PartitionCursor*>& due, const ClusterView& view)
{
    auto done = connect();
    if (done) {
        TakeOver taking(*m_connection, *m_consumer, m_shared.events, m_settings.takeOver);
        done = taking.take(due, view);
    }
    if (!done) {
        recover(done.error());
        return;
    }
    m_state = "running";
    std::vector<PartitionCursor*> started;
    for (auto& [where, cursor] : m_assignment->cursors()) {
        if (cursor.phase() == Phase::Proving && std::ranges::find(due, &cursor) != due.end())
            started.push_back(&cursor);
    }
    check(m_assignment->start(started));
}

void Lane::handleBatch(record::Batch& batch)
{
    const Filtered filtered = filterBatch(batch, *m_assignment);
    m_counters.droppedRecords += filtered.dropped;
    for (const auto& [cursor, offer] : filtered.offers)
        check(m_care->answer(*cursor, offer, m_connection.get()));
    for (const auto& [where, timeMs] : filtered.newestMs)
        m_lastRecordMs[where] = timeMs;
    if (!batch.messages.empty())
        land(batch, filtered.touched);
}

void Lane::land(record::Batch& batch, const std::set<kafka::TopicPartition>& touched)
{
    landing::BatchToLand work;
    for (std::size_t begin = 0; begin < batch.messages.size();) {
        std::size_t end = begin;
        while (end < batch.messages.size() &&
               batch.messages[end].topic == batch.messages[begin].topic)
            ++end;
        const std::string& topic = batch.topics[batch.messages[begin].topic];
        const PartitionCursor* any = m_assignment->find({topic, batch.messages[begin].partition});
        work.slices.push_back({topic, any->position().key.generation,
                               std::span(batch.messages).subspan(begin, end - begin)});
        begin = end;
    }
    for (const kafka::TopicPartition& where : touched) {
        const PartitionCursor* cursor = m_assignment->find(where);
        work.advances.push_back(
            {cursor->position(), cursor->expected(), cursor->pendingHoles(), m_breaker.run(where)});
    }
    auto committed = m_committer->land(work);
    if (committed)
        settle(*committed);
    else
        recover(committed.error());
}

void Lane::settle(const landing::Committed& committed)
{
    m_failures = 0;
    m_counters.add(committed);
    m_pace.landed(committed.lockAndUpdateTime);

    std::vector<kafka::StartAt> forTools;
    for (const control::Position& position : committed.positions) {
        const kafka::TopicPartition where{position.key.topic, position.key.partition};
        m_lockTries.erase(where.topic);
        m_care->landed(where);
        if (PartitionCursor* cursor = m_assignment->find(where)) {
            m_counters.bytes += position.bytes - cursor->position().bytes;
            forTools.push_back({where, position.nextOffset});
            cursor->committed(position);
        }
    }
    for (const landing::PartitionOutcome& outcome : committed.outcomes) {
        const kafka::TopicPartition where{outcome.key.topic, outcome.key.partition};
        const std::string why = m_breaker.count(where, outcome.rows, outcome.dead, outcome.deadRun);
        PartitionCursor* cursor = m_assignment->find(where);
        if (!why.empty())
            stepAside({where.topic, {Scope::Batch, Code::Corrupt, why, "topic " + where.topic}});
        else if (outcome.cut && cursor != nullptr)
            check(m_assignment->forget({&cursor, 1}, {}));
    }
    for (const landing::SteppedAside& aside : committed.aside)
        stepAside(aside);
    tellRecovered(committed);
    if (steadyNow() >= m_nextToolCommit) {
        m_nextToolCommit = steadyNow() + bookingInterval;
        m_consumer->commitForTools(forTools);
    }
}

/// A topic that was paused by itself lands again: its cause is gone.
void Lane::tellRecovered(const landing::Committed& committed)
{
    std::set<std::string> landed;
    for (const control::Position& position : committed.positions)
        landed.insert(position.key.topic);
    for (const landing::SteppedAside& aside : committed.aside)
        landed.erase(aside.topic);
    for (const std::string& topic : landed) {
        const control::TopicRow* row = m_watch->row(topic);
        if (row == nullptr || row->wantedPause || row->state != control::TopicState::Paused)
            continue;
        const auto told =
            control::setTopicState(*m_connection, topic, control::TopicState::Running, "");
        if (!told)
            return recover(told.error());
    }
}

void Lane::bookEnds()
{
    if (steadyNow() < m_nextBooking)
        return;
    m_nextBooking = steadyNow() + bookingInterval;
    landing::BatchToLand work;
    for (const auto& [where, cursor] : m_assignment->cursors()) {
        if (cursor.wantsBooking())
            work.advances.push_back({cursor.position(), cursor.expected(), cursor.pendingHoles(),
                                     m_breaker.run(where)});
    }
    if (work.advances.empty())
        return;
    if (auto committed = m_committer->land(work); committed)
        settle(*committed);
    else
        recover(committed.error());
}

void Lane::recover(const Error& error)
{
    ++m_failures;
    ++m_counters.recoveries;
    m_lastError = describe(error);
    const bool fenced = error.code == Code::Fenced;
    const bool operatorNeeded = error.code == Code::WaitForOperator || error.code == Code::Refused;
    const auto wait = fenced ? backoff(m_failures, 20ms, 1s)
                             : backoff(m_failures, 100ms, operatorNeeded ? 10s : 5s);
    m_retryAt = steadyNow() + wait;
    if (m_connection) {
        m_connection->rollback();
        if (m_connection->isBroken() || error.scope == Scope::Connection) {
            m_committer.reset();
            m_connection.reset();
        }
    }
    m_pausedInWait = false;
    check(m_assignment->forget(m_assignment->all(), m_retryAt));
    if (fenced) {
        log(LogLevel::Info, "fenced", m_lastError);
        return;
    }
    m_state = "waiting for the database: " + m_lastError;
    if (error.code == Code::Internal)
        end(m_lastError);
    else if (m_failures == 1 || operatorNeeded)
        m_shared.events.tell(m_connection.get(),
                             {.level = operatorNeeded ? LogLevel::Alarm : LogLevel::Warning,
                              .code = operatorNeeded ? "database_refuses" : "database_away",
                              .topic = {},
                              .generation = {},
                              .partition = {},
                              .text = m_lastError});
}

Result<void> Lane::keepAlive()
{
    if (auto stopped = unlessStopped(m_stop); !stopped)
        return stopped;
    const bool outer = std::exchange(m_inWait, true);
    const auto done = keepMembership();
    m_inWait = outer;
    return done;
}

Result<void> Lane::keepMembership()
{
    if (!m_pausedInWait) {
        m_pausedInWait = true;
        if (auto paused = m_assignment->pause(m_assignment->all()); !paused)
            return paused;
    }
    const kafka::Polled polled = m_consumer->poll(pollChunkRecords, pollChunkBytes, 0ms);
    for (const kafka::Event& event : polled.events) {
        if (event.kind == kafka::EventKind::Revoked || event.kind == kafka::EventKind::Lost) {
            if (auto removed = m_assignment->remove(event.partitions); !removed)
                return removed;
        } else if (event.kind == kafka::EventKind::Assigned) {
            m_assignment->add(event.partitions);
            if (auto parked = m_assignment->parkNew(); !parked)
                return parked;
        } else if (event.kind == kafka::EventKind::InstanceFenced ||
                   event.kind == kafka::EventKind::Fatal) {
            end(event.text);
        }
    }
    publishStatus(false);
    return {};
}

void Lane::followTopics()
{
    const auto news = m_watch->follow(m_shared.topics);
    if (!news) {
        end(describe(news.error()));
        return;
    }
    for (const std::string& topic : news->changedRules) {
        if (m_committer)
            m_committer->forget(topic);
    }
    for (const std::string& topic : news->letRun)
        letRun(topic);
    for (const control::TopicRow& row : news->paused) {
        check(m_assignment->pause(m_assignment->ofTopic(row.topic)));
        if (!m_connection || row.state == control::TopicState::Halted)
            continue;
        const auto told =
            control::tellPaused(*m_connection, row.topic, m_settings.limits.tableLockTimeout);
        if (!told && told.error().code != Code::LockTimeout) // then TopicWatch finds it again
            recover(told.error());
    }
}

void Lane::letRun(const std::string& topic)
{
    m_breaker.forget(topic);
    m_lockTries.erase(topic);
    if (auto done = connect(); !done) {
        recover(done.error());
        return;
    }
    auto done = m_care->takeUpStopped(topic, *m_connection);
    if (done) {
        const auto told =
            control::setTopicState(*m_connection, topic, control::TopicState::Running, "");
        if (!told)
            done = told.error();
    }
    if (!done)
        recover(done.error());
}

void Lane::stepAside(const landing::SteppedAside& aside)
{
    const Code code = aside.error.code;
    const bool halts = code == Code::EncoderFault || code == Code::Corrupt;
    const int tries = ++m_lockTries[aside.topic];
    const auto wait = code == Code::LockTimeout || code == Code::RefreshSchema
                          ? backoff(tries, 200ms, 5s)
                          : backoff(tries, 2s, 30s);
    const auto cursors = m_assignment->ofTopic(aside.topic);
    check(m_assignment->forget(cursors, {}));
    const std::string why = describe(aside.error);
    for (PartitionCursor* cursor : cursors) {
        if (halts)
            cursor->pause(why);
        else
            cursor->setAside(why, steadyNow() + wait);
    }
    log(LogLevel::Warning, "topic_steps_aside", why, {{"topic", aside.topic}});
    if (code == Code::LockTimeout || code == Code::RefreshSchema || !m_connection)
        return;
    if (tries == 1)
        // a halt makes its row of millrace.event by itself
        m_shared.events.tell(halts ? nullptr : m_connection.get(),
                             {.level = LogLevel::Alarm,
                              .code = halts ? "topic_halted" : "topic_paused",
                              .topic = aside.topic,
                              .generation = {},
                              .partition = {},
                              .text = why});
    const auto state = halts ? control::TopicState::Halted : control::TopicState::Paused;
    if (const auto told = control::setTopicState(*m_connection, aside.topic, state, why); !told)
        recover(told.error());
}

void Lane::handleEvent(const kafka::Event& event)
{
    switch (event.kind) {
    case kafka::EventKind::Assigned:
        m_assignment->add(event.partitions);
        takeOverDue();
        return;
    case kafka::EventKind::Revoked:
        failpoint("lane.revoked");
        [[fallthrough]];
    case kafka::EventKind::Lost:
        check(m_assignment->remove(event.partitions));
        return;
    case kafka::EventKind::InstanceFenced:
    case kafka::EventKind::Fatal:
        end(event.text);
        return;
    case kafka::EventKind::EndOfPartition:
    case kafka::EventKind::OutOfRange:
    case kafka::EventKind::PartitionError:
    case kafka::EventKind::CorruptData:
        break;
    }
    for (const kafka::TopicPartition& where : event.partitions) {
        if (PartitionCursor* cursor = m_assignment->find(where))
            check(m_care->event(event, *cursor, m_connection.get()));
    }
}

void Lane::check(const Result<void>& done)
{
    if (!done && done.error().scope == Scope::Process)
        end(describe(done.error()));
    else if (!done)
        recover(done.error());
}

void Lane::lookAfterPartitions()
{
    if (m_shared.suspects.version() != m_suspectsVersion) {
        m_suspectsVersion = m_shared.suspects.version();
        check(m_care->accuse(*m_shared.suspects.read()));
    }
    check(m_care->retryDue(m_connection.get()));
    check(m_care->watchMarks());
    const auto view = m_shared.cluster.read();
    if (view)
        check(m_care->followListing(*view));
    if (view && m_connection)
        check(m_care->hearSuspects(*view, *m_watch, *m_connection));
}

void Lane::end(const std::string& reason)
{
    if (m_ended)
        return;
    m_ended = true;
    m_state = "ended: " + reason;
    m_lastError = reason;
    m_shared.events.tell(m_inWait ? nullptr : m_connection.get(), {.level = LogLevel::Alarm,
                                                                   .code = "lane_ended",
                                                                   .topic = {},
                                                                   .generation = {},
                                                                   .partition = {},
                                                                   .text = reason});
}

void Lane::publishStatus(bool now)
{
    if (!now && steadyNow() < m_nextStatus)
        return;
    m_nextStatus = steadyNow() + statusInterval;
    LaneStatus status;
    status.lane = m_settings.index;
    status.state = m_state;
    status.healthy = m_state == "running";
    status.counters = m_counters;
    status.lastError = m_lastError;
    if (m_assignment)
        status.partitions = figuresOf(*m_assignment, *m_consumer, m_lastRecordMs);
    m_status.publish(std::move(status));
}

} // namespace millrace::ingest
