// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn; // libpq calls it PGconn

namespace millrace::harness {

/// One row as text; NULL is nothing.
using SqlRow = std::vector<std::optional<std::string>>;

struct CloseSql
{
    void operator()(pg_conn* conn) const noexcept;
};

/// A plain libpq connection for what a test itself says to the database. Throws HarnessError when
/// the server refuses, but for refusal().
class SqlClient
{
public:
    /// `conninfo`: key=value pairs or a URL.
    explicit SqlClient(const std::string& conninfo);

    /// One or more statements without an answer.
    void run(const std::string& statements);
    /// The SQLSTATE with which the server refuses a statement; empty when it accepts it.
    [[nodiscard]] std::string refusal(const std::string& statement);

    [[nodiscard]] std::vector<SqlRow> rows(const std::string& query,
                                           const std::vector<std::string>& parameters = {});
    /// First column of the first row; empty for no row and for NULL.
    [[nodiscard]] std::string value(const std::string& query,
                                    const std::vector<std::string>& parameters = {});
    [[nodiscard]] long long number(const std::string& query,
                                   const std::vector<std::string>& parameters = {});
    /// Streams a large answer row by row.
    void forEachRow(const std::string& query, const std::function<void(const SqlRow&)>& row);

    /// Sends a statement and does not wait; busy() until the answer is there.
    void send(const std::string& statement);
    [[nodiscard]] bool busy();
    /// False when the connection is known to be lost.
    [[nodiscard]] bool connected();

    [[nodiscard]] int backendPid() const;

private:
    std::unique_ptr<pg_conn, CloseSql> m_conn;
};

/// "name" quoted as an SQL identifier.
[[nodiscard]] std::string quoted(const std::string& identifier);

} // namespace millrace::harness
