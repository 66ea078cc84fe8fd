// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/question_scene.h"

#include "core/control/migration.h"
#include "tests/harness/harness_error.h"

namespace millrace::integration {

namespace {

template<class T>
T valueOf(Result<T> result)
{
    if (!result)
        throw harness::HarnessError(describe(result.error()));
    return std::move(*result);
}

constexpr const char* shopSql = R"sql(
CREATE SCHEMA shop;
CREATE TABLE shop.orders (_partition int4, _generation int4, _offset int8, _time timestamptz,
    _ingested timestamptz DEFAULT now(), _key text, _headers jsonb, _more jsonb,
    id int8, note text, order_id text, customer_id int8, product_id int8, created_at timestamptz,
    status text, amount numeric, tax numeric, city text, platform text, is_gift boolean,
    lat float8, lng float8, items jsonb);
CREATE TABLE shop.customers (_partition int4, _generation int4, _offset int8, _time timestamptz,
    _ingested timestamptz DEFAULT now(), _key text, _headers jsonb, _more jsonb,
    customer_id int8, name text, tier text, signup_at timestamptz, country text);
CREATE TABLE shop.private (secret text);
INSERT INTO shop.private VALUES ('canary');
CREATE SCHEMA internal_state;
CREATE TABLE internal_state.offsets (topic text, part int, next_offset int8);
INSERT INTO internal_state.offsets VALUES ('canary', 0, 1);
INSERT INTO millrace.topic (topic, table_name, table_oid)
    VALUES ('orders', 'orders', 'shop.orders'::regclass),
           ('customers', 'customers', 'shop.customers'::regclass);
INSERT INTO millrace.generation (topic, generation, reason) VALUES ('orders', 1, 'first');
INSERT INTO millrace.position (topic, generation, partition, first_offset, next_offset, low_seen)
    VALUES ('orders', 1, 0, 0, 0, 0);
)sql";

} // namespace

QuestionScene::QuestionScene(harness::PostgresCluster& cluster)
    : m_database(cluster.createDatabase())
{
    auto session = owner();
    if (auto done = control::migrate(session); !done)
        throw harness::HarnessError(describe(done.error()));
    m_sql = std::make_unique<harness::SqlClient>(m_database);
    m_sql->run(shopSql);
    m_login = valueOf(query::prepareQueryRole(session, {m_database}, {}));
    valueOf(query::grantTables(session, m_login.role, "shop"));
}

postgres::Connection QuestionScene::owner() const
{
    return valueOf(postgres::Connection::open({m_database}, {.applicationName = "millrace/test"}));
}

query::QuerySession QuestionScene::session() const
{
    return valueOf(query::QuerySession::open(m_login.dsn, "shop", "millrace-query/test"));
}

std::string textOf(Result<query::Answer>& answer)
{
    if (!answer)
        return "error: " + answer.error().what;
    std::string text;
    for (;;) {
        const auto row = answer->next();
        if (!row)
            return "error: " + row.error().what;
        if (*row == nullptr)
            return text;
        text += text.empty() ? "" : "|";
        for (std::size_t i = 0; i < (*row)->size(); ++i)
            text += (i == 0 ? "" : ",") + std::string((**row)[i].value_or("NULL"));
    }
}

query::Statement foreign(std::string sql)
{
    query::Statement statement;
    statement.sql = std::move(sql);
    statement.isForeign = true;
    return statement;
}

} // namespace millrace::integration
