// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/postgres/canceller.h"
#include "core/postgres/pg_handles.h"
#include "core/postgres/result_set.h"
#include "core/postgres/socket_wait.h"

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::postgres {

/// What connects us: a URL or key=value text as libpq reads it. Never logged or put into an error;
/// masked() is what people see.
struct Dsn
{
    std::string text;
    [[nodiscard]] std::string
    masked() const; ///< host, port, database, user; no password, no options
};

struct ConnectOptions
{
    std::string applicationName = {}; ///< "millrace/<instance>/<lane>"
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds statementTimeout{0}; ///< our own wall clock on each wait; 0: none
    bool readOnly = false; ///< a standby will do; the session itself is not made read-only, because
                           ///< a pooler would hand that on: begin with BEGIN READ ONLY
    WaitHook waitHook = {};
};

/// One parameter; null when it has no value.
struct Param
{
    std::optional<std::string_view> value;
    bool binary = false;

    Param(std::nullopt_t) {}
    Param(std::string_view text)
        : value(text)
    {
    }
    Param(const std::string& text)
        : value(text)
    {
    }
    Param(const char* text)
        : value(text)
    {
    }
    static Param bytes(std::string_view data)
    {
        Param param(data);
        param.binary = true;
        return param;
    }
};

/// One PostgreSQL session; owned by one thread. All waits are non-blocking sockets under poll(2)
/// with the wait hook. TCP keepalive and tcp_user_timeout notice a dead peer within 30 s.
///
/// Errors: Scope::Connection when the session is gone or in doubt (isBroken() is then true; open a
/// new one), else Scope::Batch with the class of the SQLSTATE (sql_state.h) and the SQLSTATE first
/// in Error::origin, then the server's own table, column, constraint and context.
class Connection
{
public:
    static Result<Connection> open(const Dsn& dsn, ConnectOptions options);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// Simple protocol: one or more statements; the result sets of all of them in order.
    Result<std::vector<ResultSet>> execute(const std::string& sql);
    /// Extended protocol: exactly one statement with parameters; text results.
    Result<ResultSet> query(const std::string& sql, std::span<const Param> params = {});
    Result<ResultSet> query(const std::string& sql, std::initializer_list<Param> params);

    /// Extended protocol, rows one by one in constant memory. Until rowsNext() has given the end
    /// only it may be called.
    Result<void> rowsBegin(const std::string& sql, std::span<const Param> params = {});
    /// One row; a set without rows is the end (it still has the columns). After an error the
    /// session is ready again, or broken.
    Result<ResultSet> rowsNext();

    /// Pipeline: statements are sent without waiting and answered in their order, one round trip
    /// for all. Between pipelineBegin() and pipelineEnd() only these and rowsNext() may be called;
    /// every statement sent wants one pipelineResult() or pipelineRows(), and what follows an error
    /// is skipped by the server up to the next sync. Nothing is sent for sure before a sync.
    Result<void> pipelineBegin();
    Result<void> pipelinePrepare(const std::string& name, const std::string& sql);
    Result<void> pipelineSend(const std::string& sql, std::span<const Param> params = {});
    Result<void> pipelineRun(const std::string& name, std::span<const Param> params = {});
    Result<void> pipelineSync();
    Result<ResultSet> pipelineResult();
    Result<void> pipelineRows();   ///< the next statement's come by rowsNext()
    Result<void> pipelineSynced(); ///< passes over what was not read
    Result<void> pipelineEnd();    ///< to the last sync; the session is as it was before

    /// Cancels what runs here, from any thread.
    [[nodiscard]] Canceller canceller() const;

    /// What PASSWORD '…' may be given instead of a password, so that no server log shows it.
    Result<std::string> passwordVerifier(const std::string& role, const std::string& password);

    /// Begins COPY … FROM STDIN. Until finish or abort only copyWrite may be called.
    Result<void> copyBegin(const std::string& sql);
    Result<void> copyWrite(std::string_view bytes);
    Result<std::int64_t> copyFinish(); ///< rows copied
    void copyAbort(const char* reason);

    /// NOTIFY channels that arrived since the last call; never waits.
    std::vector<std::string> notifications();

    /// Rolls back whatever is open; broken connections are left as they are.
    void rollback() noexcept;

    [[nodiscard]] bool isBroken() const noexcept;
    [[nodiscard]] int backendPid() const noexcept;
    [[nodiscard]] int serverVersion() const noexcept; ///< 150004
    /// SQLSTATE and server fields of the last error, for row numbers and constraint names.
    [[nodiscard]] const ServerError& lastError() const noexcept;

private:
    Connection(ConnHandle handle, ConnectOptions options);
    [[nodiscard]] SocketWait patience() const;
    Result<void> waitFor(short events, SocketWait& wait);
    Result<void> flush(SocketWait& wait);
    Result<void> requireIdle();
    Result<void> piped(const std::function<int()>& send);
    Result<void> send(const std::string& sql, std::span<const Param> params);
    Result<ResultHandle> next(SocketWait& wait);
    Result<std::vector<ResultSet>> collect(SocketWait& wait);
    Error lost(std::string what);
    static Error skipped();
    Error fromResult(const pg_result* result, bool inCopy);

    ConnHandle m_handle;
    ConnectOptions m_options;
    ServerError m_lastError;
    std::optional<SocketWait> m_copyWait; ///< set while a COPY is open
    bool m_readsRows = false;             ///< between rowsBegin and the end
    bool m_isPiped = false;
    int m_syncsAhead = 0; ///< sent and not read
    int m_backendPid = 0;
    int m_serverVersion = 0;
};

} // namespace millrace::postgres
