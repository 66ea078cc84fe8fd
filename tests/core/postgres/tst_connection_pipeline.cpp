// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;
using tests::openSession;

class TstConnectionPipeline : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_database = tests::testCluster().createDatabase(); }
    void answersComeInTheirOrder();
    void anErrorSkipsToTheNextSync();
    void rowsComeOneByOneInTheMiddle();
    void whatWasNotReadIsPassedOver();
    void nothingElseRunsMeanwhile();
    void aCopyEndsTheSession();

private:
    std::string m_database;
};

void TstConnectionPipeline::answersComeInTheirOrder()
{
    auto session = openSession(m_database);
    const std::vector<Param> five{Param("5"), Param(std::nullopt)};
    QVERIFY(session.pipelineBegin());
    QVERIFY(session.pipelinePrepare("twice", "SELECT 2 * $1::int, $2::text"));
    QVERIFY(session.pipelineRun("twice", five));
    QVERIFY(session.pipelineSend("SELECT 7"));
    QVERIFY(session.pipelineSync());
    QVERIFY(session.pipelineResult());
    const auto twice = session.pipelineResult();
    QVERIFY(twice);
    QCOMPARE(twice->number(0, 0), std::int64_t{10});
    QVERIFY(twice->isNull(0, 1));
    QCOMPARE(twice->command(), std::string_view("SELECT 1"));
    const auto seven = session.pipelineResult();
    QVERIFY(seven);
    QCOMPARE(seven->number(0, 0), std::int64_t{7});
    QVERIFY(session.pipelineEnd());
    QVERIFY(session.query("SELECT 1"));
}

void TstConnectionPipeline::anErrorSkipsToTheNextSync()
{
    auto session = openSession(m_database);
    QVERIFY(session.pipelineBegin());
    QVERIFY(session.pipelineSend("SELECT 1 / 0"));
    QVERIFY(session.pipelineSend("SELECT 1"));
    QVERIFY(session.pipelineSync());
    QVERIFY(session.pipelineSend("SELECT 2"));
    QVERIFY(session.pipelineSync());
    QCOMPARE(session.pipelineResult().error().origin, std::string("22012"));
    const auto skipped = session.pipelineResult();
    QVERIFY(!skipped);
    QVERIFY(skipped.error().what.starts_with("skipped"));
    QVERIFY(session.pipelineSynced());
    const auto two = session.pipelineResult();
    QVERIFY(two);
    QCOMPARE(two->number(0, 0), std::int64_t{2});
    QVERIFY(session.pipelineEnd());
    QVERIFY(!session.isBroken());
}

void TstConnectionPipeline::rowsComeOneByOneInTheMiddle()
{
    auto session = openSession(m_database);
    QVERIFY(session.pipelineBegin());
    QVERIFY(session.pipelineSend("SELECT 0"));
    QVERIFY(session.pipelineSend("SELECT n FROM generate_series(1, 1000) n"));
    QVERIFY(session.pipelineSync());
    QVERIFY(session.pipelineResult());
    QVERIFY(session.pipelineRows());
    for (int n = 1; n <= 1'000; ++n) {
        const auto row = session.rowsNext();
        QVERIFY(row);
        QCOMPARE(row->rows(), 1);
        QCOMPARE(row->number(0, 0), std::int64_t{n});
    }
    const auto end = session.rowsNext();
    QVERIFY(end);
    QCOMPARE(end->rows(), 0);
    QCOMPARE(end->command(), std::string_view("SELECT 1000"));
    QVERIFY(session.pipelineEnd());
    QVERIFY(session.query("SELECT 1"));
}

void TstConnectionPipeline::whatWasNotReadIsPassedOver()
{
    auto session = openSession(m_database);
    for (int round = 0; round < 3; ++round) {
        QVERIFY(session.pipelineBegin());
        QVERIFY(session.pipelineSend("SELECT n FROM generate_series(1, 1000) n"));
        QVERIFY(session.pipelineSend("SELECT 1 / 0"));
        QVERIFY(session.pipelineSync());
        QVERIFY(session.pipelineSend("SELECT 2"));
        QVERIFY(session.pipelineSync());
        QVERIFY(session.pipelineRows());
        QVERIFY(session.rowsNext());
        QVERIFY(session.pipelineEnd());
    }
    const auto one = session.query("SELECT 1");
    QVERIFY(one);
    QCOMPARE(one->number(0, 0), std::int64_t{1});
}

void TstConnectionPipeline::nothingElseRunsMeanwhile()
{
    auto session = openSession(m_database);
    QVERIFY(session.pipelineBegin());
    QVERIFY(!session.query("SELECT 1"));
    QVERIFY(session.isBroken());
    QCOMPARE(session.pipelineSend("SELECT 1").error().scope, Scope::Connection);
    QCOMPARE(session.pipelineEnd().error().scope, Scope::Connection);
}

void TstConnectionPipeline::aCopyEndsTheSession()
{
    auto session = openSession(m_database);
    QVERIFY(session.pipelineBegin());
    QVERIFY(session.pipelineSend("COPY (SELECT 1) TO STDOUT"));
    QVERIFY(session.pipelineSync());
    QVERIFY(!session.pipelineResult());
    QVERIFY(session.isBroken());
}

MR_TEST(TstConnectionPipeline)
#include "tst_connection_pipeline.moc"
