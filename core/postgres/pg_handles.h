// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct pg_conn;   // libpq calls it PGconn
struct pg_result; // PGresult
struct pg_cancel; // PGcancel

namespace millrace::postgres {

struct CloseConn
{
    void operator()(pg_conn* conn) const noexcept;
};
struct ClearResult
{
    void operator()(pg_result* result) const noexcept;
};
struct FreeCancel
{
    void operator()(pg_cancel* cancel) const noexcept;
};
using ConnHandle = std::unique_ptr<pg_conn, CloseConn>;
using ResultHandle = std::unique_ptr<pg_result, ClearResult>;
using CancelHandle = std::unique_ptr<pg_cancel, FreeCancel>;

} // namespace millrace::postgres
