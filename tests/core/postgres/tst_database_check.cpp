// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/database_check.h"
#include "tests/harness/loopback.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;
using harness::SqlClient;

class TstDatabaseCheck : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();

    void namesTheLayerThatFails_data();
    void namesTheLayerThatFails();
    void passesAndChangesNothing();

private:
    std::string m_database;
    std::string m_tcp;
};

void TstDatabaseCheck::initTestCase()
{
    m_database = tests::testCluster().createDatabase("checked");
    m_tcp = tests::testCluster().tcpConninfo("checked");
    SqlClient(m_database)
        .run("CREATE ROLE stranger LOGIN; CREATE ROLE guest LOGIN; CREATE SCHEMA closed;"
             "GRANT CREATE ON DATABASE checked TO guest");
}

void TstDatabaseCheck::cleanupTestCase()
{
    SqlClient(m_database)
        .run("REVOKE ALL ON DATABASE checked FROM guest; DROP ROLE stranger; DROP ROLE guest");
}

void TstDatabaseCheck::namesTheLayerThatFails_data()
{
    QTest::addColumn<std::string>("change"); ///< appended: the last value of a key wins
    QTest::addColumn<std::string>("schema");
    QTest::addColumn<std::string>("layer");
    const auto row = [](const char* name, const std::string& change, const std::string& schema,
                        const std::string& layer) {
        QTest::newRow(name) << change << schema << layer;
    };
    const std::string closedPort = std::to_string(harness::freePort());
    row("no such host", " host=nohost.invalid", "public", "database dns");
    row("nobody listens", " port=" + closedPort, "public", "database tcp");
    row("no TLS there", " sslmode=require", "public", "database tls");
    row("no such role", " user=nobody_here", "public", "database login");
    row("no such database", " dbname=not_there", "public", "database name");
    row("may not make our schema", " user=stranger", "public", "database privilege");
    row("may not use the data schema", " user=guest", "closed", "database privilege");
}

void TstDatabaseCheck::namesTheLayerThatFails()
{
    QFETCH(std::string, change);
    QFETCH(std::string, schema);
    QFETCH(std::string, layer);
    const auto checks = checkDatabase({m_tcp + change + " password=hunter2"}, schema, 5s);
    QVERIFY(!checks.empty());
    for (std::size_t i = 0; i + 1 < checks.size(); ++i)
        QVERIFY(checks[i].passed && checks[i].mend.empty());
    const LayerCheck& last = checks.back();
    QVERIFY2(last.layer == layer && !last.passed, (last.layer + ": " + last.found).c_str());
    QVERIFY(!last.mend.empty());
    QVERIFY(last.found.find("hunter2") == std::string::npos);
    QVERIFY(last.found.find_first_of("\n\t") == std::string::npos);
}

void TstDatabaseCheck::passesAndChangesNothing()
{
    const auto checks = checkDatabase({m_tcp}, "not_yet_there", 5s);
    QCOMPARE(checks.size(), std::size_t{4});
    for (const LayerCheck& check : checks)
        QVERIFY2(check.passed, (check.layer + ": " + check.found).c_str());
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('millrace',"
                        " 'not_yet_there')"),
             std::string("0"));
}

MR_TEST(TstDatabaseCheck)
#include "tst_database_check.moc"
