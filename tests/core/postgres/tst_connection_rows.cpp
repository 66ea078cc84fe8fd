// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connection.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;
using tests::openSession;

class TstConnectionRows : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_database = tests::testCluster().createDatabase(); }
    void rowsComeOneByOne();
    void anAnswerWithoutRowsHasItsColumns();
    void anErrorHalfWayLeavesTheSessionReady();
    void nothingElseRunsMeanwhile();
    void aVerifierIsNoPassword();

private:
    std::string m_database;
};

void TstConnectionRows::rowsComeOneByOne()
{
    auto session = openSession(m_database);
    const std::vector<Param> params{Param("1000")};
    QVERIFY(
        session.rowsBegin("SELECT n, n * 2 AS twice FROM generate_series(1, $1::int) n", params));
    for (int n = 1; n <= 1'000; ++n) {
        const auto row = session.rowsNext();
        QVERIFY(row);
        QCOMPARE(row->rows(), 1);
        QCOMPARE(row->number(0, 0), std::int64_t{n});
        QCOMPARE(row->columnName(1), std::string_view("twice"));
    }
    const auto end = session.rowsNext();
    QVERIFY(end);
    QCOMPARE(end->rows(), 0);
    QVERIFY(session.query("SELECT 1"));
}

void TstConnectionRows::anAnswerWithoutRowsHasItsColumns()
{
    auto session = openSession(m_database);
    QVERIFY(session.rowsBegin("SELECT 1::bigint AS a WHERE false"));
    const auto end = session.rowsNext();
    QVERIFY(end);
    QCOMPARE(end->rows(), 0);
    QCOMPARE(end->columns(), 1);
    QCOMPARE(end->columnType(0).value, 20U);
}

void TstConnectionRows::anErrorHalfWayLeavesTheSessionReady()
{
    auto session = openSession(m_database);
    QVERIFY(session.rowsBegin("SELECT 10 / (5 - n) FROM generate_series(1, 9) n"));
    for (int n = 1; n < 5; ++n)
        QVERIFY(session.rowsNext());
    const auto broken = session.rowsNext();
    QVERIFY(!broken);
    QVERIFY(broken.error().origin.starts_with("22012"));
    QVERIFY(!session.rowsNext());
    QVERIFY(!session.isBroken());
    QVERIFY(session.query("SELECT 1"));
}

void TstConnectionRows::nothingElseRunsMeanwhile()
{
    auto session = openSession(m_database);
    QVERIFY(session.rowsBegin("SELECT n FROM generate_series(1, 9) n"));
    QVERIFY(session.rowsNext());
    QVERIFY(!session.query("SELECT 1"));
}

void TstConnectionRows::aVerifierIsNoPassword()
{
    auto session = openSession(m_database);
    const auto verifier = session.passwordVerifier("somebody", "secret");
    QVERIFY(verifier);
    QVERIFY(verifier->starts_with("SCRAM-SHA-256$"));
    QVERIFY(verifier->find("secret") == std::string::npos);
}

MR_TEST(TstConnectionRows)
#include "tst_connection_rows.moc"
