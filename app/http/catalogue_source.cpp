// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/catalogue_source.h"

#include "core/base/log.h"

namespace millrace::http {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 1s;
constexpr auto patience = 2s;

} // namespace

Response noCatalogueYet()
{
    return errorResponse(503, "not_ready",
                         "the tables are not known yet: the database has not answered; /health "
                         "says more");
}

CatalogueSource::CatalogueSource(postgres::Dsn dsn, const std::string& instance,
                                 std::string dataSchema)
    : m_dsn(std::move(dsn))
    , m_dataSchema(std::move(dataSchema))
{
    m_options.applicationName = "millrace-catalogue/" + instance;
    m_options.connectTimeout = patience;
    m_options.statementTimeout = patience;
    m_options.readOnly = true;
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CatalogueSource::Pointer CatalogueSource::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_catalogue;
}

CatalogueSource::Pointer CatalogueSource::fresh()
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t wanted = m_readsBegun + 1;
    m_isAsked = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, patience, [&] { return m_readsDone >= wanted; });
    return m_catalogue;
}

void CatalogueSource::run(const std::stop_token& stop)
{
    bool isTold = false;
    while (!stop.stop_requested()) {
        const auto done = read();
        if (!done)
            m_connection.reset();
        if (!done && !std::exchange(isTold, true))
            log(LogLevel::Info, "http.catalogue", describe(done.error()));
        isTold = isTold && !done;
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, interval, [this] { return m_isAsked; });
    }
}

Result<void> CatalogueSource::read()
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(m_mutex);
        number = ++m_readsBegun;
        m_isAsked = false;
    }
    if (auto connected = connect(); !connected)
        return connected;
    auto catalogue = query::loadCatalogue(*m_connection, m_dataSchema);
    if (!catalogue)
        return catalogue.error();
    const std::lock_guard lock(m_mutex);
    if (!m_catalogue || m_catalogue->tables() != catalogue->tables())
        m_catalogue = std::make_shared<const query::Catalogue>(std::move(*catalogue));
    m_readsDone = number;
    m_changed.notify_all();
    return {};
}

Result<void> CatalogueSource::connect()
{
    if (m_connection)
        return {};
    auto opened = postgres::Connection::open(m_dsn, m_options);
    if (!opened)
        return opened.error();
    m_connection.emplace(std::move(*opened));
    return {};
}

} // namespace millrace::http
