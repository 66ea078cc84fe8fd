// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/answer.h"
#include "core/query/query_limits.h"
#include "core/query/statement.h"

#include <functional>
#include <memory>
#include <string>

namespace millrace::query {

/// Origin of the error that says a question took too long, or was ended by somebody in the server.
inline constexpr const char* lateOrigin = "57014 late";

/// One session of the query role; one thread at a time. Nothing of a question outlives it: each
/// runs in a READ ONLY REPEATABLE READ transaction that is rolled back, and text of a person's own
/// gives its advisory locks back; where it was no SELECT, or came to no good end, all else is
/// discarded too (DISCARD ALL). A question is one round trip, and what has parameters is prepared
/// once a session. An Answer must not be read after the session is gone.
class QuerySession
{
public:
    /// `dataSchema` and pg_catalog are its whole search path.
    static Result<QuerySession> open(const postgres::Dsn& dsn, const std::string& dataSchema,
                                     const std::string& applicationName);
    QuerySession(QuerySession&&) noexcept;
    QuerySession& operator=(QuerySession&&) noexcept;
    ~QuerySession();

    /// Starts a question; read the answer to its end, or stop(). Its positions and its rows are of
    /// one moment. `isWanted` is asked every 100 ms while the server works; when it says no, or the
    /// time is over, the question is cancelled in the server. The cost gate plans the statement
    /// first where the sizes of its tables do not bound the cost.
    ///
    /// Errors, all with the SQLSTATE first in origin where the server spoke: InvalidInput: the
    /// statement (origin 54001 "limit": the cost gate, with both numbers); Cancelled: not wanted
    /// any more, or with lateOrigin too long; LockTimeout: later; Connection scope: open
    /// a new session.
    Result<Answer> ask(const Statement& statement, const QueryLimits& limits,
                       std::function<bool()> isWanted);

    /// Ends whatever is open. False: this session is of no more use.
    bool stop() noexcept;
    [[nodiscard]] bool isBroken() const noexcept;
    /// The server's process; one that outlives a broken session is ended by the owner.
    [[nodiscard]] int backendPid() const noexcept;

private:
    struct State; ///< stays where it is while answers and hooks point to it
    explicit QuerySession(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace millrace::query
