// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/canceller.h"
#include "core/postgres/connection.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <thread>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;
using harness::SqlClient;
using tests::openSession;

class TstCanceller : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_database = tests::testCluster().createDatabase(); }
    void endsWhatRuns();
    void isHarmlessWhenNothingRuns();
    void outlivesItsSession();

private:
    std::string m_database;
};

void TstCanceller::endsWhatRuns()
{
    auto session = openSession(m_database, {.applicationName = "cancelled"});
    std::thread other([this, canceller = session.canceller()] {
        SqlClient sql(m_database);
        QVERIFY(harness::waitUntil(10s, [&] {
            return sql.value("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                             " 'cancelled' AND wait_event = 'PgSleep'") == "1";
        }));
        QVERIFY(canceller.cancel());
    });
    const auto slept = session.query("SELECT pg_sleep(60)");
    other.join();
    QVERIFY(!slept);
    QVERIFY(slept.error().origin.starts_with("57014"));
    QVERIFY(session.query("SELECT 1"));
}

void TstCanceller::isHarmlessWhenNothingRuns()
{
    auto session = openSession(m_database);
    QVERIFY(session.canceller().cancel());
    QVERIFY(!session.isBroken());
}

void TstCanceller::outlivesItsSession()
{
    Canceller canceller;
    QVERIFY(!canceller.cancel());
    {
        const auto session = openSession(m_database);
        canceller = session.canceller();
    }
    [[maybe_unused]] const bool sent = canceller.cancel();
}

MR_TEST(TstCanceller)
#include "tst_canceller.moc"
