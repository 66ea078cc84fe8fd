// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"
#include "core/postgres/param_arrays.h"

#include <libpq-fe.h>

namespace millrace::postgres {

Result<void> Connection::pipelineBegin()
{
    if (auto idle = requireIdle(); !idle)
        return idle;
    if (PQenterPipelineMode(m_handle.get()) == 0)
        return lost("the session takes no pipeline");
    m_isPiped = true;
    return {};
}

Result<void> Connection::pipelinePrepare(const std::string& name, const std::string& sql)
{
    return piped(
        [&] { return PQsendPrepare(m_handle.get(), name.c_str(), sql.c_str(), 0, nullptr); });
}

Result<void> Connection::pipelineSend(const std::string& sql, std::span<const Param> params)
{
    const ParamArrays given(params);
    return piped([&] {
        return PQsendQueryParams(m_handle.get(), sql.c_str(), given.count(), nullptr,
                                 given.values(), given.lengths(), given.formats(), 0);
    });
}

Result<void> Connection::pipelineRun(const std::string& name, std::span<const Param> params)
{
    const ParamArrays given(params);
    return piped([&] {
        return PQsendQueryPrepared(m_handle.get(), name.c_str(), given.count(), given.values(),
                                   given.lengths(), given.formats(), 0);
    });
}

Result<void> Connection::pipelineSync()
{
    auto sent = piped([&] { return PQpipelineSync(m_handle.get()); });
    if (sent)
        ++m_syncsAhead;
    return sent;
}

Result<ResultSet> Connection::pipelineResult()
{
    if (isBroken() || !m_isPiped || m_readsRows)
        return Error{Scope::Connection, Code::ConnectionLost, "no pipeline is open", ""};
    SocketWait wait = patience();
    auto results = collect(wait);
    if (!results)
        return results.error();
    return results->empty() ? ResultSet() : std::move(results->front());
}

Result<void> Connection::pipelineRows()
{
    if (isBroken() || !m_isPiped || m_readsRows)
        return Error{Scope::Connection, Code::ConnectionLost, "no pipeline is open", ""};
    SocketWait wait = patience();
    if (auto sent = flush(wait); !sent)
        return sent;
    if (PQsetSingleRowMode(m_handle.get()) == 0)
        return lost("rows cannot be read one by one");
    m_readsRows = true;
    return {};
}

Result<void> Connection::pipelineSynced()
{
    SocketWait wait = patience();
    while (!isBroken() && m_syncsAhead > 0) {
        const auto result = next(wait);
        if (!result)
            return result.error();
        if (!*result || PQresultStatus(result->get()) != PGRES_PIPELINE_SYNC)
            continue;
        --m_syncsAhead;
        return {};
    }
    return Error{Scope::Connection, Code::ConnectionLost, "the session is gone", ""};
}

Result<void> Connection::pipelineEnd()
{
    m_readsRows = false;
    while (!isBroken() && m_syncsAhead > 0)
        if (auto synced = pipelineSynced(); !synced)
            return synced;
    if (isBroken())
        return Error{Scope::Connection, Code::ConnectionLost, "the session is gone", ""};
    if (PQexitPipelineMode(m_handle.get()) == 0)
        return lost("the pipeline was left before its end");
    m_isPiped = false;
    return {};
}

} // namespace millrace::postgres
