// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/query_role.h"
#include "core/query/query_session.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/sql_client.h"

#include <memory>
#include <string>
#include <vector>

namespace millrace::integration {

/// A database with the control schema, schema `shop` with the tables of topics "orders" (beside the
/// columns of the statement lists: id bigint, note text; position 0 of generation 1) and
/// "customers", tables beyond the grant with a "canary", and the role for questions.
class QuestionScene
{
public:
    explicit QuestionScene(harness::PostgresCluster& cluster);

    [[nodiscard]] harness::SqlClient& sql() { return *m_sql; }
    [[nodiscard]] const std::string& database() const { return m_database; }
    [[nodiscard]] const query::QueryLogin& login() const { return m_login; }
    [[nodiscard]] postgres::Connection owner() const;
    [[nodiscard]] query::QuerySession session() const;

private:
    std::string m_database;
    std::unique_ptr<harness::SqlClient> m_sql;
    query::QueryLogin m_login;
};

/// All values of an answer, rows by '|', columns by ','; "error: what" when it breaks.
[[nodiscard]] std::string textOf(Result<query::Answer>& answer);

/// A person's own text.
[[nodiscard]] query::Statement foreign(std::string sql);

} // namespace millrace::integration
