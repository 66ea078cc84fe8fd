// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/harness/harness_error.h"
#include "tests/integration/name_statements.h"
#include "tests/integration/numbered_load.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <map>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;

/// Names mean to wall A what they mean to PostgreSQL. A function of each column's name waits for a
/// t.f that is not a column.
class TstNameScopes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void namesMeanTheSame();

private:
    /// Empty: it resolves, to columns alone. "trap", or the SQLSTATE.
    std::string serverSays(const std::string& sql);

    PostgresCluster m_cluster;
    std::unique_ptr<SqlClient> m_sql;
};

namespace {

using schema::ColumnType;

query::Catalogue catalogue()
{
    std::vector<query::SourceTable> tables;
    const std::pair<const char*, std::vector<const char*>> shapes[] = {
        {"one", {"a", "b", "c"}}, {"two", {"b", "c", "d"}}, {"three", {"c", "d", "e"}}};
    for (const auto& [name, columns] : shapes) {
        query::SourceTable table;
        table.topic = name;
        table.name = {"public", name};
        for (const char* column : columns)
            table.columns.push_back({column, ColumnType::BigInt, "bigint", {column}, {}});
        tables.push_back(std::move(table));
    }
    return query::Catalogue(std::move(tables));
}

} // namespace

void TstNameScopes::initTestCase()
{
    m_cluster.start();
    m_sql = std::make_unique<SqlClient>(m_cluster.createDatabase());
    std::string script = "CREATE TABLE one (a int8, b int8, c int8);"
                         "CREATE TABLE two (b int8, c int8, d int8);"
                         "CREATE TABLE three (c int8, d int8, e int8);";
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
        script += std::string("CREATE FUNCTION ") + name +
                  "(record) RETURNS int8 LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END';";
    m_sql->run(script + "SET client_min_messages = error");
}

/// A plan leaves out what nobody needs; the text of a view does not, with its stars written out.
std::string TstNameScopes::serverSays(const std::string& sql)
{
    if (std::string state = m_sql->refusal("EXPLAIN " + sql); !state.empty())
        return state;
    m_sql->run("BEGIN; CREATE VIEW seen AS SELECT 1 AS one FROM (" + sql + ") AS all_of_it");
    const std::string text = m_sql->value("SELECT pg_get_viewdef('seen')");
    m_sql->run("ROLLBACK");
    static const QRegularExpression trap("\\b[a-f]\\(|ROW\\(|\\.\\*");
    return QString::fromStdString(text).contains(trap) ? "trap" : "";
}

void TstNameScopes::namesMeanTheSame()
{
    const query::Catalogue known = catalogue();
    const int count = isLongRun() ? 200'000 : 6'000;
    const auto seed = qEnvironmentVariableIntValue("MILLRACE_SEED");
    NameStatements statements(static_cast<unsigned>(seed));
    std::map<std::string, int> figures;
    QStringList differences;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < count; ++i) {
        const std::string sql = statements.next();
        const auto checked = query::checkStatement(sql, known);
        const std::string server = serverSays(sql);
        ++figures[(checked ? "passes, server: " : "refused, server: ") + server];
        // of two columns of one name, and of two tables, the server says which; neither is a hole
        const bool isAmbiguous = server == "42702" || server == "42P09" || server == "42712";
        const bool isHarmless = isAmbiguous || server == "42803" || server.starts_with("42804") ||
                                server == "42601" || server == "42883" || server == "42P10";
        const bool isDifferent = checked ? !server.empty() && !isHarmless : server.empty();
        if (isDifferent && differences.size() < 20)
            differences += QString::fromStdString(
                (checked ? std::string("passes") : checked.problems().front().message) + " / " +
                server + ": " + sql);
    }
    for (const auto& [what, number] : figures)
        qInfo("%6d %s", number, what.c_str());
    qInfo("%d statements of seed %d in %lld ms", count, seed, timer.elapsed());
    QVERIFY2(differences.isEmpty(), qPrintable(differences.join("\n")));
    QVERIFY(figures["passes, server: "] > count / 10);
    QVERIFY(figures["refused, server: trap"] > 0);
}

MR_TEST(TstNameScopes)
#include "tst_name_scopes.moc"
