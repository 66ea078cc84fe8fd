// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/job_routes.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

class TstJobRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void showsProgressAndWhetherAnybodyWorks();
    void cancelIsAWishAndCanBeRepeated();
    void whatHasEndedStaysAsItIs();
    void anUnknownJobIs404_data();
    void anUnknownJobIs404();

private:
    Response ask(const std::string& method, const std::string& target);
    std::string m_database;
    std::unique_ptr<ControlDesk> m_desk;
};

void TstJobRoutes::initTestCase()
{
    m_database = tests::databaseWithOrders();
    m_desk = std::make_unique<ControlDesk>(postgres::Dsn{m_database}, "test");
    harness::SqlClient(m_database)
        .run("INSERT INTO millrace.job (kind, state, done, total, arguments) VALUES"
             " ('replay', 'running', 9007199254740993, 9007199254740994, '{\"topic\": \"a\"}');"
             "INSERT INTO millrace.job (kind, state, result) VALUES ('discard', 'done',"
             " '{\"discarded\": 3}')");
}

Response TstJobRoutes::ask(const std::string& method, const std::string& target)
{
    return tests::askRoutes(jobRoutes(*m_desk), method, target, "{}");
}

void TstJobRoutes::showsProgressAndWhetherAnybodyWorks()
{
    json job = json::parse(ask("GET", "/jobs/1").body);
    QCOMPARE(job.at("done"), json(9007199254740993));
    QCOMPARE(job.at("total"), json(9007199254740994));
    QCOMPARE(job.at("state"), json("running"));
    QCOMPARE(job.at("live_workers"), json(0));
    harness::SqlClient(m_database)
        .run("INSERT INTO millrace.worker (instance, host, version) VALUES ('w', 'h', '1')");
    QCOMPARE(json::parse(ask("GET", "/jobs/1").body).at("live_workers"), json(1));
    QCOMPARE(json::parse(ask("GET", "/jobs/2").body).at("result"), (json{{"discarded", 3}}));
}

void TstJobRoutes::cancelIsAWishAndCanBeRepeated()
{
    for (int i = 0; i < 2; ++i) {
        const json job = json::parse(ask("POST", "/jobs/1/cancel").body);
        QCOMPARE(job.at("wanted"), json("cancel"));
        QCOMPARE(job.at("state"), json("running"));
    }
}

void TstJobRoutes::whatHasEndedStaysAsItIs()
{
    const Response done = ask("POST", "/jobs/2/cancel");
    QCOMPARE(done.status, 200U);
    QCOMPARE(json::parse(done.body).at("wanted"), json("run"));
}

void TstJobRoutes::anUnknownJobIs404_data()
{
    QTest::addColumn<std::string>("id");
    for (const char* id : {"3", "0", "-1", "x", "1x", "1.0", "99999999999999999999"})
        QTest::newRow(id) << std::string(id);
}

void TstJobRoutes::anUnknownJobIs404()
{
    QFETCH(std::string, id);
    QCOMPARE(ask("GET", "/jobs/" + id).status, 404U);
    QCOMPARE(ask("POST", "/jobs/" + id + "/cancel").status, 404U);
}

MR_TEST(TstJobRoutes)
#include "tst_job_routes.moc"
