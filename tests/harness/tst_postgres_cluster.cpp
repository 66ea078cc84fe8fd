// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/postgres_cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;

class TstPostgresCluster : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_cluster.start(); }
    void committedRowsSurviveEveryEnd_data();
    void committedRowsSurviveEveryEnd();
    void databasesAreApart();
    void tcpAndSettingsWork();
    void refusalsAreNamed();

private:
    PostgresCluster m_cluster;
};

void TstPostgresCluster::committedRowsSurviveEveryEnd_data()
{
    QTest::addColumn<QString>("end");
    for (const char* end : {"kill", "immediate", "fast"})
        QTest::newRow(end) << end;
}

void TstPostgresCluster::committedRowsSurviveEveryEnd()
{
    QFETCH(QString, end);
    const std::string database = m_cluster.createDatabase();
    SqlClient client(database);
    client.run("CREATE TABLE kept (n bigint); INSERT INTO kept SELECT generate_series(1, 5000)");
    client.run("BEGIN; INSERT INTO kept VALUES (0)");
    if (end == "kill") {
        m_cluster.kill9();
        m_cluster.start();
    } else {
        m_cluster.restart(end == "fast" ? StopMode::Fast : StopMode::Immediate);
    }
    QVERIFY(!client.refusal("COMMIT").empty());
    QCOMPARE(SqlClient(database).number("SELECT count(*) FROM kept"), 5000);
}

void TstPostgresCluster::databasesAreApart()
{
    const std::string one = m_cluster.createDatabase();
    const std::string other = m_cluster.createDatabase("with \"quotes\"");
    QVERIFY(one != other);
    SqlClient(one).run("CREATE TABLE here (n int)");
    QCOMPARE(SqlClient(one).value("SELECT to_regclass('here')"), std::string("here"));
    QCOMPARE(SqlClient(m_cluster.createDatabase()).value("SELECT to_regclass('here')"),
             std::string());
}

void TstPostgresCluster::tcpAndSettingsWork()
{
    PostgresCluster strict({.settings = {{"max_connections", "7"}}, .fsync = true});
    strict.start();
    SqlClient client(strict.tcpConninfo());
    QCOMPARE(client.number("SHOW max_connections"), 7);
    QCOMPARE(client.value("SHOW fsync"), std::string("on"));
    int rows = 0;
    client.forEachRow("SELECT n, NULL FROM generate_series(1, 1000) n", [&](const SqlRow& row) {
        ++rows;
        QCOMPARE(*row[0], std::to_string(rows));
        QVERIFY(!row[1]);
    });
    QCOMPARE(rows, 1000);
    QCOMPARE(client.number("SELECT $1::int + 1", {"41"}), 42);
}

void TstPostgresCluster::refusalsAreNamed()
{
    SqlClient client(m_cluster.createDatabase());
    QCOMPARE(client.refusal("SELECT 1"), std::string());
    QCOMPARE(client.refusal("SELECT 1/0"), std::string("22012"));
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, client.run("SELECT 1/0"));
}

MR_TEST(TstPostgresCluster)
#include "tst_postgres_cluster.moc"
