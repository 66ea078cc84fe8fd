// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/pg_handles.h"

#include <libpq-fe.h>

namespace millrace::postgres {

void CloseConn::operator()(pg_conn* conn) const noexcept
{
    PQfinish(conn);
}

void ClearResult::operator()(pg_result* result) const noexcept
{
    PQclear(result);
}

void FreeCancel::operator()(pg_cancel* cancel) const noexcept
{
    PQfreeCancel(cancel);
}

} // namespace millrace::postgres
