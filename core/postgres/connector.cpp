// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connector.h"

#include "core/postgres/conn_info.h"
#include "core/postgres/library_version.h"
#include "core/postgres/socket_wait.h"
#include "core/postgres/sql_state.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cctype>

namespace millrace::postgres {

namespace {

using std::chrono::milliseconds;

/// keepalives 10 + 3 × 5 s, and 25 s for unacknowledged data: a dead peer is noticed within 30 s.
void addDefaults(ConnInfo& info, const ConnectOptions& options)
{
    info.set("client_encoding", "UTF8");
    if (!options.applicationName.empty())
        info.set("application_name", options.applicationName);
    if (!options.readOnly)
        info.setDefault("target_session_attrs", "read-write");
    info.setDefault("keepalives", "1");
    info.setDefault("keepalives_idle", "10");
    info.setDefault("keepalives_interval", "5");
    info.setDefault("keepalives_count", "3");
    info.setDefault("tcp_user_timeout", "25000");
}

ConnHandle begin(const ConnInfo& info)
{
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : info.values()) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return ConnHandle(PQconnectStartParams(keys.data(), values.data(), 0));
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// Trouble that no retry mends although no SQLSTATE says so.
bool needsOperator(std::string_view message)
{
    return contains(message, "read-only") || contains(message, "hot standby") ||
           contains(message, "certificate") || contains(message, "does not support SSL") ||
           contains(message, "no password supplied");
}

/// "FATAL:  28P01: password …\nLOCATION: …" becomes its first line without the code.
Error connectError(const pg_conn* conn)
{
    std::string message = PQerrorMessage(conn);
    const std::string state = sqlStateInMessage(message);
    message.resize(std::min(message.find("\nLOCATION:"), message.size()));
    while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back())) != 0)
        message.pop_back();
    Error error{Scope::Connection, Code::ConnectionLost, message, state};
    if (!state.empty()) {
        error.what.erase(message.find("  " + state + ": "), state.size() + 3);
        error.code = codeOfSqlState(state, During::Connect);
    } else if (needsOperator(message)) {
        error.code = Code::WaitForOperator;
    }
    return error;
}

Result<void> finishHandshake(pg_conn* conn, const ConnectOptions& options, SocketWait& wait)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED || PQsocket(conn) < 0)
            return connectError(conn);
        const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (auto ready = wait.until(PQsocket(conn), events, options.waitHook); !ready)
            return ready.error();
        next = PQconnectPoll(conn);
    }
    return {};
}

std::string settingsScript(const pg_conn* conn)
{
    const auto differs = [conn](const char* name, std::string_view wanted) {
        const char* have = PQparameterStatus(conn, name);
        return have == nullptr || !std::string_view(have).starts_with(wanted);
    };
    std::string script;
    if (differs("DateStyle", "ISO"))
        script += "SET DateStyle = 'ISO';";
    if (differs("TimeZone", "UTC"))
        script += "SET TimeZone = 'UTC';";
    if (differs("standard_conforming_strings", "on"))
        script += "SET standard_conforming_strings = on;";
    return script;
}

Result<void> runSettings(pg_conn* conn, const ConnectOptions& options, SocketWait& wait)
{
    const std::string script = settingsScript(conn);
    if (script.empty())
        return {};
    if (PQsendQuery(conn, script.c_str()) == 0)
        return connectError(conn);
    for (;;) {
        while (PQisBusy(conn) != 0) {
            const short events = PQflush(conn) == 1 ? POLLIN | POLLOUT : POLLIN;
            if (auto ready = wait.until(PQsocket(conn), events, options.waitHook); !ready)
                return ready.error();
            if (PQconsumeInput(conn) == 0)
                return connectError(conn);
        }
        const ResultHandle result(PQgetResult(conn));
        if (!result)
            return {};
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            return connectError(conn);
    }
}

void dropNotice(void* /*argument*/, const pg_result* /*result*/) {}

Result<ConnHandle> connectOne(const ConnInfo& info, const ConnectOptions& options,
                              milliseconds timeout)
{
    SocketWait wait(steadyNow(), timeout);
    ConnHandle conn = begin(info);
    if (!conn)
        return Error{Scope::Process, Code::Internal, "out of memory for a connection", ""};
    if (PQstatus(conn.get()) == CONNECTION_BAD)
        return connectError(conn.get());
    PQsetNoticeReceiver(conn.get(), dropNotice, nullptr);
    PQsetErrorVerbosity(conn.get(), PQERRORS_VERBOSE);
    if (auto done = finishHandshake(conn.get(), options, wait); !done)
        return done.error();
    if (PQsetnonblocking(conn.get(), 1) != 0)
        return connectError(conn.get());
    if (auto done = runSettings(conn.get(), options, wait); !done)
        return done.error();
    return conn;
}

} // namespace

std::string sqlStateInMessage(std::string_view message)
{
    constexpr std::size_t stateSize = 5;
    const auto isStateCharacter = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    };
    for (auto at = message.find(":  "); at != std::string_view::npos;
         at = message.find(":  ", at + 1)) {
        const std::string_view state = message.substr(at + 3, stateSize);
        if (state.size() == stateSize &&
            std::all_of(state.begin(), state.end(), isStateCharacter) &&
            message.substr(at + 3 + stateSize).starts_with(": "))
            return std::string(state);
    }
    return {};
}

Result<ConnHandle> connect(const Dsn& dsn, const ConnectOptions& options)
{
    if (auto safe = checkLibraryVersion(); !safe)
        return safe.error();
    auto info = ConnInfo::parse(dsn.text);
    if (!info)
        return info.error();
    addDefaults(*info, options);
    const std::vector<ConnInfo> hosts = info->hosts();
    const auto share = options.connectTimeout / static_cast<int>(hosts.size());
    for (std::size_t i = 0; i + 1 < hosts.size(); ++i) {
        auto conn = connectOne(hosts[i], options, share);
        if (conn || conn.error().code == Code::Cancelled)
            return conn;
    }
    return connectOne(hosts.back(), options, share);
}

} // namespace millrace::postgres
