// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_check.h"
#include "core/query/sandbox_list.h"
#include "tests/harness/harness_error.h"
#include "tests/integration/question_scene.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Wall B alone: what the role for questions can do when any statement is let through.
class TstSandbox : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_cluster.start();
        m_scene = std::make_unique<QuestionScene>(m_cluster);
    }
    void aCleanRoleHolds();
    void aHoleIsFoundAndNamed_data();
    void aHoleIsFoundAndNamed();

private:
    query::SandboxReport check();

    PostgresCluster m_cluster;
    std::unique_ptr<QuestionScene> m_scene;
};

query::SandboxReport TstSandbox::check()
{
    auto report = query::checkSandbox(m_scene->login().dsn, "shop",
                                      {{"shop", "orders"}, {"shop", "customers"}});
    if (!report)
        throw HarnessError(describe(report.error()));
    for (const std::string& hole : report->holes)
        qInfo("%s", hole.c_str());
    return std::move(*report);
}

void TstSandbox::aCleanRoleHolds()
{
    const auto report = check();
    QVERIFY(report.holds());
    QCOMPARE(report.tried, static_cast<int>(query::sandboxStatements(query::sandboxText()).size()));
    qInfo("%d statements in %d ms", report.tried, static_cast<int>(report.took.count()));
    QVERIFY(report.took <= 3s);
}

void TstSandbox::aHoleIsFoundAndNamed_data()
{
    QTest::addColumn<QString>("plant");
    QTest::addColumn<QString>("remove");
    QTest::addColumn<QString>("named");
    const auto add = [](const char* name, const char* plant, const char* remove,
                        const char* named) { QTest::newRow(name) << plant << remove << named; };
    add("superuser", "ALTER ROLE millrace_query SUPERUSER", "ALTER ROLE millrace_query NOSUPERUSER",
        "has the attribute SUPERUSER");
    add("role maker", "ALTER ROLE millrace_query CREATEROLE",
        "ALTER ROLE millrace_query NOCREATEROLE", "has the attribute CREATEROLE");
    add("reader of files", "GRANT pg_read_server_files TO millrace_query",
        "REVOKE pg_read_server_files FROM millrace_query", "is a member of pg_read_server_files");
    add("a foreign table",
        "GRANT USAGE ON SCHEMA shop TO millrace_query; GRANT SELECT ON shop.private TO "
        "millrace_query",
        "REVOKE SELECT ON shop.private FROM millrace_query", "may read shop.private");
    add("a column for everybody", "GRANT SELECT (secret) ON shop.private TO PUBLIC",
        "REVOKE SELECT (secret) ON shop.private FROM PUBLIC", "may read shop.private");
    add("the control schema",
        "GRANT USAGE ON SCHEMA millrace TO PUBLIC; GRANT SELECT ON millrace.topic TO PUBLIC",
        "REVOKE USAGE ON SCHEMA millrace FROM PUBLIC; REVOKE SELECT ON millrace.topic FROM PUBLIC",
        "may read millrace.topic");
    add("a writer", "GRANT UPDATE (note) ON shop.orders TO millrace_query",
        "REVOKE UPDATE (note) ON shop.orders FROM millrace_query", "may change shop.orders");
    add("CREATE on the schema", "GRANT CREATE ON SCHEMA shop TO PUBLIC",
        "REVOKE CREATE ON SCHEMA shop FROM PUBLIC", "may create in the schema shop");
    add("a listed name",
        "CREATE FUNCTION shop.round(text) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT "
        "$1'",
        "DROP FUNCTION shop.round(text)", "the function shop.round(text) bears a name");
    add("its owner's rights",
        "CREATE FUNCTION shop.peek() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT secret "
        "FROM shop.private'",
        "DROP FUNCTION shop.peek()", "the function shop.peek() runs with its owner's rights");
    add("an owner", "ALTER TABLE shop.private OWNER TO millrace_query",
        "ALTER TABLE shop.private OWNER TO CURRENT_USER", "owns something in");
    add("a function of the server",
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO millrace_query",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) FROM millrace_query",
        "was not refused: SELECT pg_read_file('PG_VERSION')");
    add("a setting", "GRANT SET ON PARAMETER temp_file_limit TO millrace_query",
        "REVOKE SET ON PARAMETER temp_file_limit FROM millrace_query",
        "was not refused: SELECT set_config('temp_file_limit'");
}

void TstSandbox::aHoleIsFoundAndNamed()
{
    QFETCH(QString, plant);
    QFETCH(QString, remove);
    QFETCH(QString, named);
    m_scene->sql().run(plant.toStdString());
    const auto report = check();
    m_scene->sql().run(remove.toStdString());
    QVERIFY(std::ranges::any_of(report.holes, [&](const std::string& hole) {
        return hole.find(named.toStdString()) != std::string::npos;
    }));
    QVERIFY(check().holds());
}

MR_TEST(TstSandbox)
#include "tst_sandbox.moc"
