// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/old_snapshot.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;
using namespace std::chrono_literals;
using harness::SqlClient;

class TstOldSnapshot : public QObject
{
    Q_OBJECT

private slots:
    void aSessionIsToldOfOnce();
};

void TstOldSnapshot::aSessionIsToldOfOnce()
{
    const std::string database = tests::controlDatabase();
    auto session = tests::openSession(database);
    QVERIFY(untoldSnapshots(session, 0s)->empty());
    SqlClient holder(database);
    holder.run("SET application_name = 'a report'; BEGIN ISOLATION LEVEL REPEATABLE READ");
    const std::int64_t pid = holder.number("SELECT pg_backend_pid()");
    QVERIFY(untoldSnapshots(session, 1h)->empty());
    const auto found = untoldSnapshots(session, 0s);
    QVERIFY(found);
    QCOMPARE(found->size(), std::size_t{1});
    QCOMPARE(found->front().pid, pid);
    const Event event = eventOf(found->front());
    QVERIFY2(event.text.find(std::to_string(pid) + " (a report, user ") != std::string::npos,
             event.text.c_str());

    QVERIFY(insertEvent(session, "w", event));
    QVERIFY(untoldSnapshots(session, 0s)->empty());
    // another session holds one too
    SqlClient other(database);
    other.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    QCOMPARE(untoldSnapshots(session, 0s)->size(), std::size_t{1});
    other.run("ROLLBACK");
    QVERIFY(untoldSnapshots(session, 0s)->empty());
    // between two statements a session that has written holds no snapshot, and yet what it began
    other.run("BEGIN ISOLATION LEVEL READ COMMITTED; CREATE TABLE scratch ()");
    QCOMPARE(untoldSnapshots(session, 0s)->size(), std::size_t{1});
    other.run("ROLLBACK; BEGIN ISOLATION LEVEL READ COMMITTED; SELECT 1");
    QVERIFY(untoldSnapshots(session, 0s)->empty());
}

MR_TEST(TstOldSnapshot)
#include "tst_old_snapshot.moc"
