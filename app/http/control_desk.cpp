// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/control_desk.h"

#include "core/base/log.h"

namespace millrace::http {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t idleMax = 4;

Response refusalOf(const Error& error)
{
    if (error.code == Code::NotFound)
        return errorResponse(404, "unknown_name", error.what);
    if (error.code == Code::InvalidInput)
        return errorResponse(400, "body", error.what);
    log(LogLevel::Warning, "http.control", describe(error));
    return databaseAway();
}

} // namespace

ControlDesk::ControlDesk(postgres::Dsn dsn, const std::string& instance)
    : m_dsn(std::move(dsn))
{
    m_options.applicationName = "millrace-operations/" + instance;
    m_options.connectTimeout = 2s;
    m_options.statementTimeout = 5s;
}

Response ControlDesk::with(const Work& work)
{
    if (Session rested = takeIdle()) {
        auto response = work(*rested);
        const bool isLost = rested->isBroken();
        giveBack(std::move(rested));
        if (!isLost)
            return response ? std::move(*response) : refusalOf(response.error());
    }
    auto session = open();
    if (!session)
        return refusalOf(session.error());
    auto response = work(**session);
    giveBack(std::move(*session));
    return response ? std::move(*response) : refusalOf(response.error());
}

ControlDesk::Session ControlDesk::takeIdle()
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty())
        return nullptr;
    Session session = std::move(m_idle.back());
    m_idle.pop_back();
    return session;
}

Result<ControlDesk::Session> ControlDesk::open() const
{
    auto opened = postgres::Connection::open(m_dsn, m_options);
    if (!opened)
        return opened.error();
    return std::make_unique<postgres::Connection>(std::move(*opened));
}

/// When one is lost the others are likely to be, too.
void ControlDesk::giveBack(Session session)
{
    session->rollback();
    const std::lock_guard lock(m_mutex);
    if (session->isBroken())
        m_idle.clear();
    else if (m_idle.size() < idleMax)
        m_idle.push_back(std::move(session));
}

} // namespace millrace::http
