// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/postgres/pg_handles.h"

namespace millrace::postgres {

/// Opens a session that is ready for our statements, without blocking on the socket: non-blocking,
/// notices dropped, client_encoding UTF8, DateStyle ISO, TimeZone UTC, standard_conforming_strings
/// on.
///
/// Only these settings are made, and only where the server reports another value: all four are
/// among the parameters that a pooler in transaction mode carries from one server to the next.
/// Everything else must be SET LOCAL, or not matter: our SQL names schemas, reads bytea in either
/// form, and begins transactions with their isolation level.
///
/// Hosts of a list are tried in order, each with its share of connectTimeout. Resolving a name
/// blocks as long as the system's resolver does.
///
/// Errors: Process, InvalidInput: the text cannot be parsed; Process, Unsupported: libpq is too
/// old; Connection with the class of the SQLSTATE (first in origin), ConnectionLost when nobody
/// answered, WaitForOperator when the server is read-only or its certificate is refused.
Result<ConnHandle> connect(const Dsn& dsn, const ConnectOptions& options);

/// The first SQLSTATE in a message that libpq made with verbosity "verbose"; empty: none.
[[nodiscard]] std::string sqlStateInMessage(std::string_view message);

} // namespace millrace::postgres
