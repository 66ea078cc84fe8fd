// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// The database refuses for reasons that a person must mend: pause, alarm, no dead letter.
class TstRefusals : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void theRoleLosesInsert();
    void theRoleMayNotLogIn();
    void aRuleOfTheUsersOwnRefuses();
    void aRowTheServerRefusesIsDeadAlone();

private:
    /// A worker that logs in as a role of its own, the owner of the database.
    WorkerOptions asRole(Scene& scene, const std::string& role);

    Stage m_stage;
};

WorkerOptions TstRefusals::asRole(Scene& scene, const std::string& role)
{
    const std::string name = scene.sql().value("SELECT current_database()");
    scene.sql().run("CREATE ROLE " + role + " LOGIN; ALTER DATABASE " +
                    millrace::harness::quoted(name) + " OWNER TO " + role +
                    "; GRANT ALL ON SCHEMA public TO " + role);
    WorkerOptions options = scene.workerOptions();
    options.database = "host=" + m_stage.cluster.address() +
                       " port=" + std::to_string(m_stage.cluster.port()) + " user=" + role +
                       " dbname=" + name;
    return options;
}

void TstRefusals::theRoleLosesInsert()
{
    Scene scene(m_stage, "insertless");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.addWorker(asRole(scene, "insertless"));
    worker.startReady();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    const long long dead = scene.sql().number("SELECT count(*) FROM millrace.dead_letter");
    const std::string table = scene.oracle().tableOf(scene.topic());
    scene.sql().run("REVOKE INSERT ON " + table + " FROM insertless");
    // whole records only: none of them is a dead letter of its own
    load.send(50);
    QVERIFY2(waitUntil(20s, [&] { return scene.alarms() > 0; }), scene.logs().c_str());
    QVERIFY(!load.landed(250, 0ms));
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"), dead);
    scene.sql().run("GRANT INSERT ON " + table + " TO insertless");
    QVERIFY2(load.landed(250, 40s), scene.logs().c_str());
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstRefusals::theRoleMayNotLogIn()
{
    Scene scene(m_stage, "loginless");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.addWorker(asRole(scene, "loginless"));
    worker.startReady();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    const long long dead = scene.sql().number("SELECT count(*) FROM millrace.dead_letter");
    scene.sql().run("ALTER ROLE loginless NOLOGIN;"
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename = 'loginless'");
    load.send(50);
    QVERIFY2(waitUntil(20s,
                       [&] {
                           const std::string metrics = worker.get("/metrics");
                           return worker.logText().find("database_refuses") != std::string::npos &&
                                  metrics.find("millrace_alarms_total{code=\"database_refuses\"") !=
                                      std::string::npos;
                       }),
             scene.logs().c_str());
    QVERIFY(!load.landed(250, 0ms));
    scene.sql().run("ALTER ROLE loginless LOGIN");
    QVERIFY2(load.landed(250, 40s), scene.logs().c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"), dead);
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstRefusals::aRuleOfTheUsersOwnRefuses()
{
    Scene scene(m_stage, "ruled");
    NumberedLoad load(scene, "_ruled", 2);
    NumberedLoad others(scene, "_free", 2);
    WorkerProcess& worker = scene.startWorker();
    load.send(90);
    others.send(90);
    QVERIFY2(load.landed(90) && others.landed(90), scene.logs().c_str());
    const std::string table = scene.oracle().tableOf(scene.topic("_ruled"));
    scene.sql().run("ALTER TABLE " + table + " ADD CONSTRAINT small CHECK (id < 120)");
    load.send(9);
    others.send(9);
    QVERIFY2(load.landed(99), scene.logs().c_str());
    load.send(50);
    const std::string state =
        "SELECT state FROM millrace.topic WHERE topic = '" + scene.topic("_ruled") + "'";
    QVERIFY2(scene.answers(state, "paused"), scene.logs().c_str());
    QVERIFY(scene.alarms() > 0);
    QVERIFY(scene.sql()
                .value("SELECT reason FROM millrace.topic WHERE state = 'paused'")
                .find("small") != std::string::npos);
    others.send(200);
    QVERIFY2(others.landed(299), scene.logs().c_str());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"
                                " WHERE class = 'refused_by_database'"),
             0);
    scene.sql().run("ALTER TABLE " + table + " DROP CONSTRAINT small");
    QVERIFY2(load.landed(149, 40s), scene.logs().c_str());
    QVERIFY2(scene.answers(state, "running"), scene.logs().c_str());
    QCOMPARE(load.trouble(), std::string());
    QCOMPARE(others.trouble(), std::string());
    QVERIFY(worker.running());
}

void TstRefusals::aRowTheServerRefusesIsDeadAlone()
{
    // an index of a person's own computes what single values refuse
    Scene scene(m_stage, "picky");
    scene.createTopic();
    scene.startWorker();
    const auto send = [&](int from, int to) {
        for (int i = from; i < to; ++i)
            scene.producer().produce({.topic = scene.topic(),
                                      .value = "{\"id\":" + std::to_string(i) + ",\"name\":\"" +
                                               (i % 500 == 250 ? "seventeen" : "17") + "\"}"});
        scene.producer().flush();
    };
    send(0, 200);
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    scene.sql().run("CREATE INDEX ON picky ((name::integer))");
    send(200, 10'200);
    QVERIFY2(scene.kept(), scene.why());
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"
                                " WHERE class = 'refused_by_database' AND sqlstate = '22P02'"),
             20);
}

MR_TEST(TstRefusals)
#include "tst_refusals.moc"
