// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/control_desk.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;
using harness::SqlClient;

class TstControlDesk : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void answersFromTheDatabase();
    void aSessionIsUsedAgain();
    void goesOnWhenTheServerClosedItsSession();
    void leavesNoTransactionOpen();
    void tellsWhatWentWrong_data();
    void tellsWhatWentWrong();
    void aDatabaseThatIsAwayIs503();

private:
    std::string m_database;
};

namespace {

const char* sessions = "SELECT count(*) FROM pg_stat_activity"
                       " WHERE application_name = 'millrace-operations/test'";

Result<Response> five(postgres::Connection& session)
{
    const auto rows = session.query("SELECT 2 + 3");
    if (!rows)
        return rows.error();
    Response response;
    response.body = rows->text(0, 0);
    return response;
}

} // namespace

void TstControlDesk::init()
{
    m_database = tests::testCluster().createDatabase();
}

void TstControlDesk::answersFromTheDatabase()
{
    ControlDesk desk({m_database}, "test");
    const Response response = desk.with(five);
    QCOMPARE(response.status, 200U);
    QCOMPARE(response.body, std::string("5"));
}

void TstControlDesk::aSessionIsUsedAgain()
{
    ControlDesk desk({m_database}, "test");
    for (int i = 0; i < 5; ++i)
        QCOMPARE(desk.with(five).status, 200U);
    QCOMPARE(SqlClient(m_database).value(sessions), std::string("1"));
}

void TstControlDesk::goesOnWhenTheServerClosedItsSession()
{
    ControlDesk desk({m_database}, "test");
    QCOMPARE(desk.with(five).status, 200U);
    SqlClient(m_database)
        .run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
             " WHERE application_name = 'millrace-operations/test'");
    const Response response = desk.with(five);
    QCOMPARE(response.status, 200U);
    QCOMPARE(response.body, std::string("5"));
    QCOMPARE(SqlClient(m_database).value(sessions), std::string("1"));
}

void TstControlDesk::leavesNoTransactionOpen()
{
    ControlDesk desk({m_database}, "test");
    const auto left = [](postgres::Connection& session) -> Result<Response> {
        const auto begun = session.execute("BEGIN; SELECT 1");
        return begun ? Result<Response>(Response{}) : Result<Response>(begun.error());
    };
    QCOMPARE(desk.with(left).status, 200U);
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT state FROM pg_stat_activity"
                        " WHERE application_name = 'millrace-operations/test'"),
             std::string("idle"));
}

void TstControlDesk::tellsWhatWentWrong_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<unsigned>("status");
    QTest::addColumn<QString>("message");
    QTest::newRow("no such thing") << static_cast<int>(Code::NotFound) << 404U << "the sentence";
    QTest::newRow("wrong input") << static_cast<int>(Code::InvalidInput) << 400U << "the sentence";
    QTest::newRow("anything else")
        << static_cast<int>(Code::TableLimit) << 503U
        << "the database does not answer just now; try again in a moment";
}

void TstControlDesk::tellsWhatWentWrong()
{
    QFETCH(int, code);
    QFETCH(unsigned, status);
    QFETCH(QString, message);
    ControlDesk desk({m_database}, "test");
    const Response response = desk.with([code](postgres::Connection&) -> Result<Response> {
        return Error{Scope::Batch, static_cast<Code>(code), "the sentence", ""};
    });
    QCOMPARE(response.status, status);
    QCOMPARE(response.problem->message, message.toStdString());
}

void TstControlDesk::aDatabaseThatIsAwayIs503()
{
    ControlDesk desk({"host=127.0.0.1 port=1 dbname=x"}, "test");
    const Response response = desk.with(five);
    QCOMPARE(response.status, 503U);
    QCOMPARE(response.headers.front().first, std::string("Retry-After"));
    QVERIFY(response.problem->message.find("127.0.0.1") == std::string::npos);
}

MR_TEST(TstControlDesk)
#include "tst_control_desk.moc"
