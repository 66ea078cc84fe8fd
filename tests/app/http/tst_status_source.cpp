// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/status_source.h"
#include "core/control/migration.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;
using namespace std::chrono_literals;
using harness::SqlClient;

class TstStatusSource : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void readsTopicsWorkersAndAlarms();
    void readsAtMostOnceASecond();
    void saysThatTheDatabaseIsAwayAndComesBack();
    void changesNothing();

private:
    std::string m_database;
    SteadyTime m_now; ///< what the source believes
};

void TstStatusSource::init()
{
    m_database = tests::testCluster().createDatabase();
    auto session = tests::openSession(m_database);
    QVERIFY(control::migrate(session));
    SqlClient(m_database)
        .run("INSERT INTO millrace.topic (topic, table_name) VALUES ('orders', 'orders');"
             "INSERT INTO millrace.position (topic, generation, partition, first_offset,"
             " next_offset, low_seen, rows, dead, holes) VALUES ('orders', 1, 0, 5, 105, 5, 90, 7, "
             "3);"
             "INSERT INTO millrace.worker (instance, host, version, process, figures) VALUES"
             " ('w-1', 'h', '0.1.0', 1, '{\"topics\": {\"orders\": 3.5}, \"partitions\":"
             " [{\"topic\": \"orders\", \"partition\": 0, \"lag\": 12,"
             " \"lag_seconds\": 0.5}]}');"
             "INSERT INTO millrace.event (level, code, text, acknowledged) VALUES"
             " ('alarm', 'gap', '', false), ('alarm', 'gap', '', true), ('info', 'x', '', false)");
}

void TstStatusSource::readsTopicsWorkersAndAlarms()
{
    StatusSource source({m_database}, "test");
    const auto snapshot = source.current();
    QVERIFY2(snapshot->reachable, snapshot->trouble.c_str());
    QCOMPARE(snapshot->topics.size(), std::size_t{1});
    const TopicFigures& topic = snapshot->topics[0];
    QCOMPARE(topic.topic, std::string("orders"));
    QCOMPARE(topic.state, std::string("running"));
    QCOMPARE(topic.served, std::int64_t{100});
    QCOMPARE(topic.rows, std::int64_t{90});
    QCOMPARE(topic.dead, std::int64_t{7});
    QCOMPARE(topic.holes, std::int64_t{3});
    QVERIFY(topic.balanced);
    QCOMPARE(topic.lagRecords, std::optional<std::int64_t>(12));
    QCOMPARE(topic.lagSeconds, std::optional<double>(0.5));
    QCOMPARE(snapshot->workers.size(), std::size_t{1});
    QCOMPARE(snapshot->workers[0].instance, std::string("w-1"));
    QCOMPARE(snapshot->openAlarms, std::int64_t{1});
}

void TstStatusSource::readsAtMostOnceASecond()
{
    StatusSource source({m_database}, "test", [this] { return m_now; });
    const auto first = source.current();
    SqlClient(m_database).run("UPDATE millrace.position SET rows = 89");
    m_now += 900ms;
    QCOMPARE(source.current(), first);
    m_now += 200ms;
    QVERIFY(!source.current()->topics[0].balanced);
}

void TstStatusSource::saysThatTheDatabaseIsAwayAndComesBack()
{
    StatusSource source({m_database}, "test", [this] { return m_now; });
    QVERIFY(source.current()->reachable);
    SqlClient("dbname=postgres " + m_database.substr(0, m_database.find("dbname")))
        .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
             " WHERE application_name = 'millrace-http/test'");
    m_now += 2s;
    const auto away = source.current();
    QVERIFY(!away->reachable);
    QVERIFY(!away->trouble.empty());
    QVERIFY(away->topics.empty());
    m_now += 2s;
    QVERIFY(source.current()->reachable);
}

void TstStatusSource::changesNothing()
{
    StatusSource source({m_database}, "test");
    QVERIFY(source.current()->reachable);
    SqlClient sql(m_database);
    QCOMPARE(sql.value("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
                       " AND application_name = 'millrace-http/test'"),
             std::string("0"));
    QCOMPARE(sql.value("SELECT state FROM pg_stat_activity"
                       " WHERE application_name = 'millrace-http/test'"),
             std::string("idle"));
}

MR_TEST(TstStatusSource)
#include "tst_status_source.moc"
