// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/sql_client.h"

#include "tests/harness/harness_error.h"

#include <libpq-fe.h>

namespace millrace::harness {
namespace {

struct ClearResult
{
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

bool accepted(const PGresult* answer)
{
    const ExecStatusType status = PQresultStatus(answer);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
           status == PGRES_SINGLE_TUPLE;
}

void require(PGconn* conn, const PGresult* answer, const std::string& statement)
{
    if (!accepted(answer))
        throw HarnessError(statement + ": " + PQerrorMessage(conn));
}

SqlRow rowOf(const PGresult* answer, int row)
{
    SqlRow made;
    for (int column = 0; column < PQnfields(answer); ++column) {
        if (PQgetisnull(answer, row, column) != 0)
            made.emplace_back();
        else
            made.emplace_back(
                std::string(PQgetvalue(answer, row, column),
                            static_cast<std::size_t>(PQgetlength(answer, row, column))));
    }
    return made;
}

} // namespace

void CloseSql::operator()(pg_conn* conn) const noexcept
{
    PQfinish(conn);
}

SqlClient::SqlClient(const std::string& conninfo)
    : m_conn(PQconnectdb(conninfo.c_str()))
{
    if (PQstatus(m_conn.get()) != CONNECTION_OK)
        throw HarnessError(PQerrorMessage(m_conn.get()));
    PQsetNoticeProcessor(
        m_conn.get(), [](void*, const char*) {}, nullptr);
}

void SqlClient::run(const std::string& statements)
{
    const Answer answer(PQexec(m_conn.get(), statements.c_str()));
    require(m_conn.get(), answer.get(), statements);
}

std::string SqlClient::refusal(const std::string& statement)
{
    const Answer answer(PQexec(m_conn.get(), statement.c_str()));
    if (accepted(answer.get()))
        return {};
    const char* state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
    return state == nullptr ? "08006" : state;
}

std::vector<SqlRow> SqlClient::rows(const std::string& query,
                                    const std::vector<std::string>& parameters)
{
    std::vector<const char*> values;
    for (const std::string& parameter : parameters)
        values.push_back(parameter.c_str());
    const Answer answer(PQexecParams(m_conn.get(), query.c_str(), static_cast<int>(values.size()),
                                     nullptr, values.data(), nullptr, nullptr, 0));
    require(m_conn.get(), answer.get(), query);
    std::vector<SqlRow> found;
    for (int row = 0; row < PQntuples(answer.get()); ++row)
        found.push_back(rowOf(answer.get(), row));
    return found;
}

std::string SqlClient::value(const std::string& query, const std::vector<std::string>& parameters)
{
    const auto found = rows(query, parameters);
    return found.empty() || found[0].empty() ? std::string() : found[0][0].value_or("");
}

long long SqlClient::number(const std::string& query, const std::vector<std::string>& parameters)
{
    const std::string text = value(query, parameters);
    return text.empty() ? 0 : std::stoll(text);
}

void SqlClient::forEachRow(const std::string& query, const std::function<void(const SqlRow&)>& row)
{
    PQsendQuery(m_conn.get(), query.c_str());
    PQsetSingleRowMode(m_conn.get());
    std::string trouble;
    while (const Answer answer{PQgetResult(m_conn.get())}) {
        if (!accepted(answer.get()))
            trouble = PQresultErrorMessage(answer.get());
        for (int i = 0; trouble.empty() && i < PQntuples(answer.get()); ++i)
            row(rowOf(answer.get(), i));
    }
    if (!trouble.empty())
        throw HarnessError(query + ": " + trouble);
}

void SqlClient::send(const std::string& statement)
{
    if (PQsendQuery(m_conn.get(), statement.c_str()) != 1)
        throw HarnessError(statement + ": " + PQerrorMessage(m_conn.get()));
}

bool SqlClient::busy()
{
    return connected() && PQisBusy(m_conn.get()) == 1;
}

bool SqlClient::connected()
{
    return PQconsumeInput(m_conn.get()) == 1 && PQstatus(m_conn.get()) == CONNECTION_OK;
}

int SqlClient::backendPid() const
{
    return PQbackendPID(m_conn.get());
}

std::string quoted(const std::string& identifier)
{
    std::string made = "\"";
    for (const char letter : identifier)
        made += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return made + "\"";
}

} // namespace millrace::harness
