// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"

#include <libpq-fe.h>

namespace millrace::postgres {

Result<void> Connection::rowsBegin(const std::string& sql, std::span<const Param> params)
{
    if (auto sent = send(sql, params); !sent)
        return sent.error();
    if (PQsetSingleRowMode(m_handle.get()) == 0)
        return lost("rows cannot be read one by one");
    m_readsRows = true;
    return {};
}

Result<ResultSet> Connection::rowsNext()
{
    if (isBroken() || !m_readsRows)
        return Error{Scope::Connection, Code::ConnectionLost, "no rows are being read", ""};
    SocketWait wait = patience();
    auto result = next(wait);
    if (result && *result && PQresultStatus(result->get()) == PGRES_SINGLE_TUPLE)
        return ResultSet(std::move(*result));
    m_readsRows = false;
    if (!result)
        return result.error();
    const auto status = *result ? PQresultStatus(result->get()) : PGRES_FATAL_ERROR;
    if (status == PGRES_PIPELINE_ABORTED)
        return skipped();
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_FATAL_ERROR)
        return lost("an answer without rows came where rows were awaited");
    std::optional<Error> failure;
    if (status == PGRES_FATAL_ERROR)
        failure = fromResult(result->get(), false);
    if (!isBroken()) {
        if (auto rest = collect(wait); !rest && !failure)
            failure = rest.error();
    }
    if (failure)
        return *failure;
    return ResultSet(std::move(*result));
}

Result<std::string> Connection::passwordVerifier(const std::string& role,
                                                 const std::string& password)
{
    const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
        PQencryptPasswordConn(m_handle.get(), password.c_str(), role.c_str(), "scram-sha-256"),
        &PQfreemem);
    if (!verifier)
        return Error{Scope::Batch, Code::Internal, "the password cannot be prepared", ""};
    return std::string(verifier.get());
}

Canceller Connection::canceller() const
{
    return Canceller(CancelHandle(PQgetCancel(m_handle.get())));
}

} // namespace millrace::postgres
