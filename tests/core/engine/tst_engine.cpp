// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "tests/harness/loopback.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::engine;
using harness::SqlClient;

namespace {

/// Ingests nothing unless told to; the broker is not there.
Settings settings(const std::string& database)
{
    Settings made;
    made.brokers = harness::ownAddress() + ":" + std::to_string(harness::freePort());
    made.database.text = database;
    made.instance = "engine-test";
    made.ingest = false;
    return made;
}

} // namespace

class TstEngine : public QObject
{
    Q_OBJECT

private slots:
    void lookingNeedsTheControlSchemaOnly();
    void aBrokerThatIsAwayIsWaitedForAndSaid();
    void aDatabaseThatIsAwayIsWaitedFor();
    void whatCannotPassByItselfIsAnError();
};

void TstEngine::lookingNeedsTheControlSchemaOnly()
{
    const std::string database = tests::testCluster().createDatabase();
    const auto engine = Engine::start(settings(database));
    QVERIFY2(engine, engine ? "" : describe(engine.error()).c_str());
    QVERIFY((*engine)->status().ready);
    QVERIFY((*engine)->status().lanes.empty());
    QCOMPARE(SqlClient(database).value("SELECT count(*) FROM millrace.topic_status"),
             std::string("0"));
}

void TstEngine::aBrokerThatIsAwayIsWaitedForAndSaid()
{
    Settings ingesting = settings(tests::testCluster().createDatabase());
    ingesting.ingest = true;
    ingesting.lanes = 2;
    const auto engine = Engine::start(ingesting);
    QVERIFY2(engine, engine ? "" : describe(engine.error()).c_str());
    const EngineStatus status = (*engine)->status();
    QVERIFY(!status.ready);
    QVERIFY(!status.troubles.empty());
    QElapsedTimer timer;
    timer.start();
    (*engine)->stop();
    QVERIFY2(timer.elapsed() < 5'000, std::to_string(timer.elapsed()).c_str());
}

void TstEngine::aDatabaseThatIsAwayIsWaitedFor()
{
    const std::string nobody = "host=" + harness::ownAddress() +
                               " port=" + std::to_string(harness::freePort()) + " dbname=a user=a";
    const auto engine = Engine::start(settings(nobody));
    QVERIFY2(engine, engine ? "" : describe(engine.error()).c_str());
}

void TstEngine::whatCannotPassByItselfIsAnError()
{
    const std::string database = tests::testCluster().createDatabase();
    Settings pattern = settings(database);
    pattern.topicsPattern = "(";
    QVERIFY(!Engine::start(pattern));
    Settings login = settings(database + " user=nobody_here");
    const auto refused = Engine::start(login);
    QVERIFY(!refused);
    QVERIFY2(refused.error().what.find("nobody_here") != std::string::npos,
             refused.error().what.c_str());
    QVERIFY(Engine::start(settings(database)));
    SqlClient(database).run("INSERT INTO millrace.migration (version) VALUES (9999)");
    QVERIFY(!Engine::start(settings(database)));
}

MR_TEST(TstEngine)
#include "tst_engine.moc"
