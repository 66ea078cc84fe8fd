// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"

#include "core/postgres/connector.h"
#include "core/postgres/param_arrays.h"
#include "core/postgres/sql_state.h"

#include <libpq-fe.h>
#include <poll.h>

namespace millrace::postgres {

namespace {

std::string field(const pg_result* result, int code)
{
    const char* value = PQresultErrorField(result, code);
    return value == nullptr ? std::string() : std::string(value);
}

ServerError serverError(const pg_result* result)
{
    return {field(result, PG_DIAG_SQLSTATE),       field(result, PG_DIAG_MESSAGE_PRIMARY),
            field(result, PG_DIAG_MESSAGE_DETAIL), field(result, PG_DIAG_CONTEXT),
            field(result, PG_DIAG_SCHEMA_NAME),    field(result, PG_DIAG_TABLE_NAME),
            field(result, PG_DIAG_COLUMN_NAME),    field(result, PG_DIAG_CONSTRAINT_NAME)};
}

std::string originOf(const ServerError& error)
{
    std::string origin = error.sqlState;
    if (!error.table.empty())
        origin += " table " + error.schema + "." + error.table;
    if (!error.column.empty())
        origin += ", column " + error.column;
    if (!error.constraint.empty())
        origin += ", constraint " + error.constraint;
    if (!error.context.empty())
        origin += "; " + error.context;
    return origin;
}

std::string trimmedMessage(const pg_conn* conn)
{
    std::string message = PQerrorMessage(conn);
    while (!message.empty() && message.back() == '\n')
        message.pop_back();
    return message;
}

/// Two workers making the same object meet on a unique index of the catalogue, in any statement.
bool isCatalogueRace(const ServerError& error)
{
    return error.sqlState == "23505" && error.schema == "pg_catalog";
}

} // namespace

Connection::Connection(ConnHandle handle, ConnectOptions options)
    : m_handle(std::move(handle))
    , m_options(std::move(options))
    , m_backendPid(PQbackendPID(m_handle.get()))
    , m_serverVersion(PQserverVersion(m_handle.get()))
{
}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Dsn& dsn, ConnectOptions options)
{
    auto handle = connect(dsn, options);
    if (!handle)
        return handle.error();
    return Connection(std::move(*handle), std::move(options));
}

Result<std::vector<ResultSet>> Connection::execute(const std::string& sql)
{
    if (auto idle = requireIdle(); !idle)
        return idle.error();
    SocketWait wait = patience();
    if (PQsendQuery(m_handle.get(), sql.c_str()) == 0)
        return lost(trimmedMessage(m_handle.get()));
    return collect(wait);
}

Result<void> Connection::send(const std::string& sql, std::span<const Param> params)
{
    if (auto idle = requireIdle(); !idle)
        return idle.error();
    const ParamArrays given(params);
    if (PQsendQueryParams(m_handle.get(), sql.c_str(), given.count(), nullptr, given.values(),
                          given.lengths(), given.formats(), 0) == 0)
        return lost(trimmedMessage(m_handle.get()));
    return {};
}

Result<ResultSet> Connection::query(const std::string& sql, std::span<const Param> params)
{
    SocketWait wait = patience();
    if (auto sent = send(sql, params); !sent)
        return sent.error();
    auto results = collect(wait);
    if (!results)
        return results.error();
    return results->empty() ? ResultSet() : std::move(results->front());
}

Result<ResultSet> Connection::query(const std::string& sql, std::initializer_list<Param> params)
{
    return query(sql, std::span<const Param>(params.begin(), params.size()));
}

std::vector<std::string> Connection::notifications()
{
    std::vector<std::string> channels;
    if (isBroken())
        return channels;
    if (PQconsumeInput(m_handle.get()) == 0) {
        [[maybe_unused]] const Error gone = lost(trimmedMessage(m_handle.get()));
        return channels;
    }
    const auto free = [](PGnotify* notify) { PQfreemem(notify); };
    for (;;) {
        const std::unique_ptr<PGnotify, decltype(free)> notify(PQnotifies(m_handle.get()), free);
        if (!notify)
            return channels;
        channels.emplace_back(notify->relname);
    }
}

void Connection::rollback() noexcept
{
    try {
        if (m_copyWait)
            copyAbort("rolled back");
        if (isBroken() || PQtransactionStatus(m_handle.get()) == PQTRANS_IDLE)
            return;
        if (const auto done = execute("ROLLBACK"); !done && !isBroken())
            m_handle.reset();
    } catch (...) { // out of memory: the server rolls back when the socket closes
        m_handle.reset();
    }
}

bool Connection::isBroken() const noexcept
{
    return !m_handle;
}

int Connection::backendPid() const noexcept
{
    return m_backendPid;
}

int Connection::serverVersion() const noexcept
{
    return m_serverVersion;
}

const ServerError& Connection::lastError() const noexcept
{
    return m_lastError;
}

SocketWait Connection::patience() const
{
    return {steadyNow(), m_options.statementTimeout};
}

Result<void> Connection::requireIdle()
{
    if (isBroken())
        return Error{Scope::Connection, Code::ConnectionLost, "the connection is closed", ""};
    if (m_copyWait || m_readsRows || m_isPiped)
        return lost("a statement was sent while another was under way");
    m_lastError = {};
    return {};
}

Result<void> Connection::piped(const std::function<int()>& send)
{
    if (isBroken() || !m_isPiped)
        return Error{Scope::Connection, Code::ConnectionLost, "no pipeline is open", ""};
    return send() != 0 ? Result<void>() : Result<void>(lost(trimmedMessage(m_handle.get())));
}

Result<void> Connection::waitFor(short events, SocketWait& wait)
{
    auto ready = wait.until(PQsocket(m_handle.get()), events, m_options.waitHook);
    if (!ready) {
        m_handle.reset();
        m_copyWait.reset();
        return ready.error();
    }
    const bool isReadable = (*ready & (POLLIN | POLLHUP | POLLERR)) != 0;
    if (isReadable && PQconsumeInput(m_handle.get()) == 0)
        return lost(trimmedMessage(m_handle.get()));
    return {};
}

Result<void> Connection::flush(SocketWait& wait)
{
    for (;;) {
        const int pending = PQflush(m_handle.get());
        if (pending == 0)
            return {};
        if (pending < 0)
            return lost(trimmedMessage(m_handle.get()));
        if (auto ready = waitFor(POLLIN | POLLOUT, wait); !ready)
            return ready.error();
    }
}

/// The next result of what was sent; null when there are no more.
Result<ResultHandle> Connection::next(SocketWait& wait)
{
    if (auto sent = flush(wait); !sent)
        return sent.error();
    while (PQisBusy(m_handle.get()) != 0) {
        if (auto ready = waitFor(POLLIN, wait); !ready)
            return ready.error();
    }
    return ResultHandle(PQgetResult(m_handle.get()));
}

/// All results to the end, so that the session is ready again; the first error is the answer.
Result<std::vector<ResultSet>> Connection::collect(SocketWait& wait)
{
    std::vector<ResultSet> results;
    std::optional<Error> failure;
    for (;;) {
        auto result = next(wait);
        if (!result)
            return failure ? *failure : result.error();
        if (!*result)
            break;
        const auto status = PQresultStatus(result->get());
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
            return lost("a COPY was started as if it were an ordinary statement");
        if (status == PGRES_PIPELINE_ABORTED) {
            failure = failure ? failure : skipped();
            continue;
        }
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            Error error = fromResult(result->get(), false);
            if (isBroken())
                return error;
            failure = failure ? failure : error;
            continue;
        }
        results.emplace_back(std::move(*result));
    }
    if (failure)
        return *failure;
    return results;
}

Error Connection::skipped()
{
    return {Scope::Batch, Code::Retry, "skipped after an error before it in the pipeline", ""};
}

/// Closes the session and says so.
Error Connection::lost(std::string what)
{
    m_handle.reset();
    m_copyWait.reset();
    if (what.empty())
        what = "the connection to the database is gone";
    return {Scope::Connection, Code::ConnectionLost, std::move(what), m_lastError.sqlState};
}

Error Connection::fromResult(const pg_result* result, bool inCopy)
{
    m_lastError = serverError(result);
    if (m_lastError.message.empty())
        m_lastError.message = trimmedMessage(m_handle.get());
    const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    Error error{Scope::Batch, Code::Retry, m_lastError.message, originOf(m_lastError)};
    if (isCatalogueRace(m_lastError))
        error.code = Code::RefreshSchema;
    else if (!m_lastError.sqlState.empty())
        error.code =
            codeOfSqlState(m_lastError.sqlState, inCopy ? During::Copy : During::Statement);
    const bool isFatal = severity == "FATAL" || severity == "PANIC";
    if (isFatal || m_lastError.sqlState.empty() || PQstatus(m_handle.get()) == CONNECTION_BAD) {
        m_handle.reset();
        m_copyWait.reset();
        error.scope = Scope::Connection;
        if (error.code == Code::Retry)
            error.code = Code::ConnectionLost;
    }
    return error;
}

} // namespace millrace::postgres
