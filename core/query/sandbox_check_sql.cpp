// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_check.h"
#include "core/query/sandbox_list.h"
#include "core/query/sandbox_rights_sql.h"

#include <optional>

namespace millrace::query {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds wholeMax{3'000};
constexpr milliseconds refusalMax{300};
constexpr milliseconds answerMax{60};
/// What the server may need to end a statement whose time is over.
constexpr milliseconds endMax{1'000};

std::string withSchema(std::string_view sql, const std::string& dataSchema)
{
    constexpr std::string_view mark = "$schema";
    std::string text(sql);
    if (const std::size_t at = text.find(mark); at != std::string::npos)
        text.replace(at, mark.size(), schema::quoted(dataSchema));
    return text;
}

bool isOver(std::string_view sqlState)
{
    return sqlState == "57014";
}

class Attack
{
public:
    Attack(const postgres::Dsn& dsn, const std::string& dataSchema, SandboxReport& report)
        : m_dsn(dsn)
        , m_dataSchema(dataSchema)
        , m_report(report)
    {
    }

    /// A session of its own each time the last one was broken by what was tried.
    Result<postgres::Connection*> session()
    {
        if (m_session && !m_session->isBroken())
            return &*m_session;
        postgres::ConnectOptions options;
        options.applicationName = "millrace/sandbox";
        options.readOnly = true;
        options.connectTimeout = wholeMax;
        options.statementTimeout = endMax + refusalMax; // one that outlives its limit: broken
        auto opened = postgres::Connection::open(m_dsn, std::move(options));
        if (!opened)
            return opened.error();
        m_session.emplace(std::move(*opened));
        return &*m_session;
    }

    Result<void> run(const SandboxStatement& statement)
    {
        auto opened = session();
        if (!opened)
            return opened.error();
        postgres::Connection& connection = **opened;
        const std::string sql = withSchema(statement.sql, m_dataSchema);
        if (auto begun = connection.execute(beginScript(statement.expected)); !begun)
            return begun.error();
        const SteadyTime begin = steadyNow();
        const auto answer = connection.query(sql);
        const auto took = steadyNow() - begin;
        const std::string state = answer ? "" : connection.lastError().sqlState;
        ++m_report.tried;
        if (statement.expected == Expected::Refused && (answer || isOver(state)))
            addHole("was not refused: " + sql);
        if (statement.expected != Expected::Refused && took > answerMax + endMax)
            addHole("is not ended in time: " + sql);
        connection.rollback();
        return {};
    }

    /// DISCARD ALL takes everything of the role's own session away, or there is a hole.
    Result<void> leaveNothing()
    {
        auto opened = session();
        if (!opened)
            return opened.error();
        if (auto gone = (*opened)->execute("DISCARD ALL"); !gone)
            return gone.error();
        const auto left = (*opened)->query(
            "SELECT 'an advisory lock' FROM pg_catalog.pg_locks "
            "WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() UNION ALL "
            "SELECT 'a prepared statement' FROM pg_catalog.pg_prepared_statements UNION ALL "
            "SELECT 'an open cursor' FROM pg_catalog.pg_cursors WHERE is_holdable UNION ALL "
            "SELECT 'a channel' FROM pg_catalog.pg_listening_channels() UNION ALL "
            "SELECT 'a temporary table' FROM pg_catalog.pg_class "
            "WHERE relnamespace = pg_catalog.pg_my_temp_schema()");
        if (!left)
            return left.error();
        for (int row = 0; row < left->rows(); ++row)
            addHole("leaves " + std::string(left->text(row, 0)) + " after DISCARD ALL");
        return {};
    }

    void addHole(const std::string& what)
    {
        m_report.holes.push_back("the role's session " + what);
    }

private:
    /// What must be refused is not refused for being in a READ ONLY transaction.
    static std::string beginScript(Expected expected)
    {
        const bool mayWrite = expected == Expected::Refused;
        return std::string(mayWrite ? "BEGIN READ WRITE" : "BEGIN READ ONLY") +
               ";SET LOCAL lock_timeout = 100;SET LOCAL statement_timeout = " +
               std::to_string((mayWrite ? refusalMax : answerMax).count());
    }

    const postgres::Dsn& m_dsn;
    const std::string& m_dataSchema;
    SandboxReport& m_report;
    std::optional<postgres::Connection> m_session;
};

} // namespace

Result<SandboxReport> checkSandbox(const postgres::Dsn& queryDsn, const std::string& dataSchema,
                                   const std::vector<schema::QualifiedName>& published)
{
    const SteadyTime begin = steadyNow();
    SandboxReport report;
    const auto finish = [&report, begin] {
        report.took = std::chrono::duration_cast<milliseconds>(steadyNow() - begin);
        return report;
    };
    Attack attack(queryDsn, dataSchema, report);
    auto session = attack.session();
    if (!session)
        return session.error();
    if (auto checked = checkRights(**session, published, report); !checked)
        return checked.error();
    if (!report.holds())
        return finish();
    const auto statements = sandboxStatements(sandboxText());
    for (const SandboxStatement& statement : statements) {
        if (steadyNow() - begin > wholeMax) {
            attack.addHole("was tried with " + std::to_string(report.tried) + " of " +
                           std::to_string(statements.size()) + " statements in 3 s");
            return finish();
        }
        if (auto done = attack.run(statement); !done)
            return done.error();
    }
    if (auto left = attack.leaveNothing(); !left)
        return left.error();
    return finish();
}

} // namespace millrace::query
