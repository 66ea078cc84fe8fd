// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/migration.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <atomic>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstMigration : public QObject
{
    Q_OBJECT

private slots:
    void theTablesAreThoseOfTheDesign();
    void everyTableAndViewIsExplained();
    void closedListsAreClosed_data();
    void closedListsAreClosed();
    void positionsAreStoredForUpdates();
    void aSecondRunChangesNothing();
    void manyAtOnceMakeOneSchemaWithoutAnError();
    void aNewerDatabaseIsRefused();
    void aKilledMigrationLeavesNothing();
    void fewRightsAreEnough_data();
    void fewRightsAreEnough();
};

namespace {

std::string names(SqlClient& client, const std::string& query)
{
    std::string all;
    for (const auto& row : client.rows(query))
        all += (all.empty() ? "" : " ") + row.at(0).value_or("");
    return all;
}

} // namespace

void TstMigration::theTablesAreThoseOfTheDesign()
{
    SqlClient client(tests::controlDatabase());
    QCOMPARE(names(client, "SELECT relname FROM pg_class WHERE relnamespace = "
                           "'millrace'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1"),
             "balance column_map dead_letter event gap generation job migration position "
             "query_role raw_segment schema_change seen topic topic_status worker"s);
    QCOMPARE(client.number("SELECT max(version) FROM millrace.migration"), schemaVersion());
}

void TstMigration::everyTableAndViewIsExplained()
{
    SqlClient client(tests::controlDatabase());
    QCOMPARE(names(client, "SELECT relname FROM pg_class WHERE relnamespace = "
                           "'millrace'::regnamespace AND relkind IN ('r', 'v') "
                           "AND obj_description(oid, 'pg_class') IS NULL"),
             ""s);
}

void TstMigration::closedListsAreClosed_data()
{
    QTest::addColumn<QString>("statement");
    const auto row = [](const char* statement) { QTest::newRow(statement) << statement; };
    row("INSERT INTO millrace.topic (topic, contract) VALUES ('x', 'loose')");
    row("INSERT INTO millrace.topic (topic, naming) VALUES ('x', 'kebab')");
    row("INSERT INTO millrace.topic (topic, wanted) VALUES ('x', 'stop')");
    row("INSERT INTO millrace.topic (topic, state) VALUES ('x', 'odd')");
    row("INSERT INTO millrace.position (topic, generation, partition, first_offset, next_offset, "
        "low_seen, state) VALUES ('x', 1, 0, 0, 0, 0, 'odd')");
    row("INSERT INTO millrace.position (topic, generation, partition, first_offset, next_offset, "
        "low_seen) VALUES ('x', 0, 0, 0, 0, 0)");
    row("INSERT INTO millrace.position (topic, generation, partition, first_offset, next_offset, "
        "low_seen) VALUES ('x', 1, 0, 5, 4, 0)");
    row("INSERT INTO millrace.schema_change (topic, table_name, change) VALUES ('x', 'x', 'odd')");
    row("INSERT INTO millrace.dead_letter (topic, generation, partition, record_offset, class, "
        "reason, value_size, value_sha256) VALUES ('x', 1, 0, 0, 'odd', '', 0, '')");
    row("INSERT INTO millrace.gap VALUES ('x', 1, 0, 0, 5, 'odd', '')");
    row("INSERT INTO millrace.event (level, code, text) VALUES ('odd', '', '')");
    row("INSERT INTO millrace.job (kind) VALUES ('odd')");
    row("INSERT INTO millrace.job (kind, payload) SELECT 'replay', "
        "decode(repeat('00', 1048577), 'hex')");
    row("INSERT INTO millrace.column_map (topic, column_name, path, type) VALUES "
        "('x', 'x', '[]', 'money')");
}

void TstMigration::closedListsAreClosed()
{
    QFETCH(QString, statement);
    static const std::string database = tests::controlDatabase();
    QCOMPARE(SqlClient(database).refusal(statement.toStdString()), "23514"s);
}

void TstMigration::positionsAreStoredForUpdates()
{
    SqlClient client(tests::controlDatabase());
    const std::string options =
        client.value("SELECT array_to_string(reloptions, ' ') FROM pg_class "
                     "WHERE oid = 'millrace.position'::regclass");
    QVERIFY(options.find("fillfactor=20") != std::string::npos);
    QVERIFY(options.find("autovacuum_vacuum_scale_factor=0") != std::string::npos);
    QCOMPARE(client.number("SELECT count(*) FROM pg_index WHERE indrelid = "
                           "'millrace.position'::regclass"),
             1);
}

void TstMigration::aSecondRunChangesNothing()
{
    const std::string database = tests::controlDatabase();
    auto session = tests::openSession(database);
    QVERIFY(migrate(session));
    QCOMPARE(SqlClient(database).number("SELECT count(*) FROM millrace.migration"),
             schemaVersion());
}

void TstMigration::manyAtOnceMakeOneSchemaWithoutAnError()
{
    tests::newLogLines();
    for (int round = 0; round < 25; ++round) {
        const std::string database = tests::testCluster().createDatabase();
        std::atomic<int> done = 0;
        tests::inThreads(8, database, [&done](int, postgres::Connection& session) {
            if (const auto migrated = migrate(session))
                ++done;
            else
                qWarning("%s", describe(migrated.error()).c_str());
        });
        QCOMPARE(done.load(), 8);
        QCOMPARE(SqlClient(database).number("SELECT count(*) FROM millrace.migration"),
                 schemaVersion());
    }
    const std::string log = tests::newLogLines();
    QVERIFY2(log.find("ERROR") == std::string::npos, log.c_str());
}

void TstMigration::aNewerDatabaseIsRefused()
{
    const std::string database = tests::controlDatabase();
    SqlClient(database).run("INSERT INTO millrace.migration (version) VALUES (999)");
    auto session = tests::openSession(database);
    const auto refused = migrate(session);
    QVERIFY(!refused);
    QCOMPARE(refused.error().scope, Scope::Process);
    QCOMPARE(refused.error().code, Code::Unsupported);
    QVERIFY(refused.error().what.find("999") != std::string::npos);
    QVERIFY(session.query("SELECT 1"));
}

void TstMigration::aKilledMigrationLeavesNothing()
{
    const std::string database = tests::testCluster().createDatabase();
    SqlClient(database).run("CREATE SCHEMA millrace; CREATE TABLE millrace.worker ()");
    auto session = tests::openSession(database);
    QVERIFY(!migrate(session)); // fails in its middle, at the table that is there
    QCOMPARE(SqlClient(database).value("SELECT to_regclass('millrace.topic')"), ""s);
    SqlClient(database).run("DROP TABLE millrace.worker");
    QVERIFY(migrate(session));
}

void TstMigration::fewRightsAreEnough_data()
{
    QTest::addColumn<QString>("rights");
    QTest::newRow("owner") << "ALTER DATABASE %1 OWNER TO %1";
    QTest::newRow("create on the database") << "GRANT CREATE ON DATABASE %1 TO %1";
    QTest::newRow("owner of the schema") << "CREATE SCHEMA millrace AUTHORIZATION %1";
}

void TstMigration::fewRightsAreEnough()
{
    QFETCH(QString, rights);
    static int number = 0;
    const QString name = "plain_" + QString::number(++number);
    const std::string database = tests::testCluster().createDatabase(name.toStdString());
    SqlClient admin(database);
    admin.run(("CREATE ROLE %1 LOGIN; REVOKE ALL ON DATABASE %1 FROM PUBLIC;"
               "GRANT CONNECT ON DATABASE %1 TO %1; REVOKE ALL ON SCHEMA public FROM PUBLIC;" +
               rights)
                  .arg(name)
                  .toStdString());
    auto session = tests::openSession(database + " user=" + name.toStdString());
    const auto done = migrate(session);
    QVERIFY2(done, done ? "" : describe(done.error()).c_str());
    QVERIFY(migrate(session));
    tests::makeTopic(session, "orders", 2);
    QVERIFY(takeOver(session, tests::keysOf("orders", 2), "millrace/x/0", 1'000));
    QVERIFY(setWanted(session, "orders", false));
    QVERIFY(terminateBlockers(session, tests::keysOf("orders", 2)));
}

MR_TEST(TstMigration)
#include "tst_migration.moc"
