// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "core/postgres/connection.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace millrace::http {

/// A few sessions of the owner's login, for requests that read the control schema or state what is
/// wanted. Any thread.
class ControlDesk
{
public:
    ControlDesk(postgres::Dsn dsn, const std::string& instance);

    /// May be called twice: a session that the server closed while it rested shows so only when it
    /// is used. So what it does must be the same done twice.
    using Work = std::function<Result<Response>(postgres::Connection& session)>;
    /// The answer of `work`; 503 when the database is away, 404 for Code::NotFound, 400 for
    /// Code::InvalidInput.
    [[nodiscard]] Response with(const Work& work);

private:
    using Session = std::unique_ptr<postgres::Connection>;
    [[nodiscard]] Session takeIdle();
    Result<Session> open() const;
    void giveBack(Session session);

    postgres::Dsn m_dsn;
    postgres::ConnectOptions m_options;
    std::mutex m_mutex; ///< guards what follows
    std::vector<Session> m_idle;
};

} // namespace millrace::http
