// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

namespace millrace::postgres {

namespace {

/// libpq keeps what the socket does not take, and moves the rest down after each send: small enough
/// that this costs nothing, large enough that a message has no weight.
constexpr std::size_t chunkBytes = 256u << 10;

} // namespace

Result<void> Connection::copyBegin(const std::string& sql)
{
    if (auto idle = requireIdle(); !idle)
        return idle.error();
    SocketWait wait = patience();
    if (PQsendQuery(m_handle.get(), sql.c_str()) == 0)
        return lost(PQerrorMessage(m_handle.get()));
    auto result = next(wait);
    if (!result)
        return result.error();
    const auto status = PQresultStatus(result->get());
    if (status == PGRES_COPY_IN) {
        m_copyWait = wait;
        return {};
    }
    if (status != PGRES_FATAL_ERROR)
        return lost("the statement is not a COPY FROM STDIN");
    Error error = fromResult(result->get(), true);
    if (!isBroken()) {
        if (auto rest = collect(wait); !rest && isBroken())
            return rest.error();
    }
    return error;
}

Result<void> Connection::copyWrite(std::string_view bytes)
{
    if (isBroken() || !m_copyWait)
        return lost("no COPY is open");
    m_copyWait->restart(steadyNow(), m_options.statementTimeout);
    while (!bytes.empty()) {
        const std::string_view chunk = bytes.substr(0, chunkBytes);
        const int queued =
            PQputCopyData(m_handle.get(), chunk.data(), static_cast<int>(chunk.size()));
        if (queued < 0)
            return lost(PQerrorMessage(m_handle.get()));
        if (auto sent = flush(*m_copyWait); !sent)
            return sent.error();
        bytes.remove_prefix(queued == 1 ? chunk.size() : 0);
    }
    return {};
}

Result<std::int64_t> Connection::copyFinish()
{
    if (isBroken() || !m_copyWait)
        return lost("no COPY is open");
    SocketWait wait = *m_copyWait;
    wait.restart(steadyNow(), m_options.statementTimeout);
    while (PQputCopyEnd(m_handle.get(), nullptr) == 0) {
        if (auto sent = flush(wait); !sent)
            return sent.error();
    }
    m_copyWait.reset();
    auto result = next(wait);
    if (!result)
        return result.error();
    if (!*result)
        return lost("the COPY ended without an answer");
    const auto status = PQresultStatus(result->get());
    if (status == PGRES_COMMAND_OK) {
        const std::int64_t rows = ResultSet(std::move(*result)).affected();
        if (auto rest = collect(wait); !rest)
            return rest.error();
        return rows;
    }
    Error error = fromResult(result->get(), true);
    if (!isBroken()) {
        if (auto rest = collect(wait); !rest && isBroken())
            return rest.error();
    }
    return error;
}

void Connection::copyAbort(const char* reason)
{
    if (isBroken() || !m_copyWait)
        return;
    SocketWait wait = *m_copyWait;
    wait.restart(steadyNow(), m_options.statementTimeout);
    while (PQputCopyEnd(m_handle.get(), reason) == 0) {
        if (!flush(wait))
            return;
    }
    m_copyWait.reset();
    // The server answers with the error that was asked for; what matters is that it is ready again.
    [[maybe_unused]] const auto answer = collect(wait);
}

} // namespace millrace::postgres
