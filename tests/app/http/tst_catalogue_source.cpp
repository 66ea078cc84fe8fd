// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/catalogue_source.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;
using harness::SqlClient;

class TstCatalogueSource : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void readsTheTablesOfTopics();
    void freshSeesWhatWasJustMade();
    void followsByItself();
    void isTheSameWhileNothingChanges();
    void keepsTheLastOneWhileTheDatabaseIsAway();
    void isNullUntilTheDatabaseAnswers();

private:
    std::string m_database;
};

void TstCatalogueSource::init()
{
    m_database = tests::databaseWithOrders();
}

void TstCatalogueSource::readsTheTablesOfTopics()
{
    SqlClient(m_database).run("CREATE TABLE foreign_one (a text)");
    CatalogueSource source({m_database}, "test", "public");
    const auto now = source.fresh();
    QVERIFY(now);
    QCOMPARE(now->tables().size(), std::size_t{1});
    QCOMPARE(now->find("shop.orders"), now->find("orders"));
    QCOMPARE(now->find("orders")->columns.back().path, (schema::Path{"customer", "name"}));
}

void TstCatalogueSource::freshSeesWhatWasJustMade()
{
    CatalogueSource source({m_database}, "test", "public");
    QVERIFY(source.fresh());
    for (int i = 0; i < 20; ++i) {
        SqlClient(m_database)
            .run("ALTER TABLE orders RENAME TO o" + std::to_string(i) + "; ALTER TABLE o" +
                 std::to_string(i) +
                 " RENAME TO orders; ALTER TABLE orders"
                 " RENAME COLUMN name TO n; UPDATE millrace.column_map SET"
                 " column_name = 'n' WHERE column_name = 'name'");
        QVERIFY(source.fresh()->find("orders")->column("n") != nullptr);
        SqlClient(m_database)
            .run("ALTER TABLE orders RENAME COLUMN n TO name; UPDATE"
                 " millrace.column_map SET column_name = 'name' WHERE column_name"
                 " = 'n'");
        QVERIFY(source.fresh()->find("orders")->column("name") != nullptr);
    }
}

void TstCatalogueSource::followsByItself()
{
    CatalogueSource source({m_database}, "test", "public");
    QVERIFY(source.fresh());
    SqlClient(m_database).run("ALTER TABLE orders RENAME TO renamed");
    QTRY_VERIFY(source.current()->find("renamed") != nullptr);
}

void TstCatalogueSource::isTheSameWhileNothingChanges()
{
    CatalogueSource source({m_database}, "test", "public");
    const auto first = source.fresh();
    QVERIFY(first);
    QCOMPARE(source.fresh().get(), first.get());
    SqlClient(m_database).run("ALTER TABLE orders RENAME TO renamed");
    QVERIFY(source.fresh().get() != first.get());
}

void TstCatalogueSource::keepsTheLastOneWhileTheDatabaseIsAway()
{
    CatalogueSource source({m_database}, "test", "public");
    QVERIFY(source.fresh());
    SqlClient other(m_database.substr(0, m_database.find("dbname")) + "dbname=postgres");
    const std::string name = SqlClient(m_database).value("SELECT current_database()");
    other.run("ALTER DATABASE " + harness::quoted(name) + " ALLOW_CONNECTIONS false");
    other.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
              name + "'");
    QVERIFY(source.fresh()->find("orders") != nullptr);
    other.run("ALTER DATABASE " + harness::quoted(name) + " ALLOW_CONNECTIONS true");
    SqlClient(m_database).run("ALTER TABLE orders RENAME TO renamed");
    QTRY_VERIFY(source.current()->find("renamed") != nullptr);
}

void TstCatalogueSource::isNullUntilTheDatabaseAnswers()
{
    CatalogueSource source({"host=127.0.0.1 port=1 dbname=x"}, "test", "public");
    QVERIFY(!source.fresh());
    QVERIFY(!source.current());
}

MR_TEST(TstCatalogueSource)
#include "tst_catalogue_source.moc"
