// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/status_source.h"

#include "app/http/status_sql.h"
#include "core/base/log.h"

namespace millrace::http {

namespace {

constexpr std::chrono::milliseconds freshFor{1'000};
constexpr std::chrono::milliseconds patience{2'000};

} // namespace

StatusSource::StatusSource(postgres::Dsn dsn, const std::string& instance, Clock clock)
    : m_dsn(std::move(dsn))
    , m_clock(std::move(clock))
{
    m_options.applicationName = "millrace-http/" + instance;
    m_options.connectTimeout = patience;
    m_options.statementTimeout = patience;
    m_options.readOnly = true;
}

std::shared_ptr<const Snapshot> StatusSource::current()
{
    const std::lock_guard lock(m_mutex);
    if (m_snapshot && m_clock() - m_readAt < freshFor)
        return m_snapshot;
    auto snapshot = std::make_shared<Snapshot>();
    if (const auto done = read(*snapshot); done) {
        snapshot->reachable = true;
    } else {
        *snapshot = Snapshot{};
        snapshot->trouble = codeName(done.error().code);
        m_connection.reset();
        if (!m_snapshot || m_snapshot->reachable)
            log(LogLevel::Warning, "http.database", describe(done.error()));
    }
    m_snapshot = snapshot;
    m_readAt = m_clock();
    return m_snapshot;
}

Result<void> StatusSource::read(Snapshot& snapshot)
{
    if (!m_connection) {
        auto opened = postgres::Connection::open(m_dsn, m_options);
        if (!opened)
            return opened.error();
        m_connection.emplace(std::move(*opened));
    }
    auto topics = readTopics(*m_connection);
    if (!topics)
        return topics.error();
    snapshot.topics = std::move(*topics);
    auto workers = readWorkers(*m_connection);
    if (!workers)
        return workers.error();
    snapshot.workers = std::move(*workers);
    const auto alarms = countOpenAlarms(*m_connection);
    if (!alarms)
        return alarms.error();
    snapshot.openAlarms = *alarms;
    return {};
}

} // namespace millrace::http
