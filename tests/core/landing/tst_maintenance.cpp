// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/maintenance.h"
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;

class TstMaintenance : public QObject
{
    Q_OBJECT

private slots:
    void analysesAtItsThresholds();
    void summarisesAsTheTableGrows();
    void leavesALockedTableForTheNextLook();
    void aTableThatIsGoneIsNoError();
};

namespace {

struct Caring
{
    Caring()
        : connection(scene.connect())
        , care(connection)
    {
        scene.sql.run("CREATE TABLE t (_time timestamptz) WITH (autovacuum_enabled = off); "
                      "CREATE INDEX i ON t USING brin (_time) WITH (pages_per_range = 1)");
    }
    /// reltuples after a look at so many rows.
    QString look(std::int64_t rows)
    {
        const auto done = care.look("t", {"public", "t"}, rows);
        return done ? scene.text("SELECT reltuples FROM pg_class WHERE relname = 't'") : "error";
    }
    LandingScene scene;
    postgres::Connection connection;
    landing::Maintenance care;
};

} // namespace

void TstMaintenance::analysesAtItsThresholds()
{
    Caring it;
    it.scene.sql.run("INSERT INTO t SELECT now() FROM generate_series(1, 12000)");
    QCOMPARE(it.look(9'999), "-1");
    QCOMPARE(it.look(12'000), "12000");
    it.scene.sql.run("INSERT INTO t SELECT now() FROM generate_series(1, 1000)");
    QCOMPARE(it.look(13'000), "12000");
    QCOMPARE(it.look(1'000'000), "13000");
}

void TstMaintenance::summarisesAsTheTableGrows()
{
    Caring it;
    it.scene.sql.run("INSERT INTO t SELECT now() FROM generate_series(1, 100000)");
    const auto unsummarised = [&it] {
        return it.scene.text("SELECT brin_summarize_new_values('i')").toInt();
    };
    QCOMPARE(it.look(100'000), "100000");
    QVERIFY(unsummarised() <= 1);
}

void TstMaintenance::leavesALockedTableForTheNextLook()
{
    Caring it;
    it.scene.sql.run("INSERT INTO t SELECT now() FROM generate_series(1, 12000)");
    const auto locker = it.scene.client();
    locker->run("BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
    QCOMPARE(it.look(12'000), "-1");
    locker->run("ROLLBACK");
    QCOMPARE(it.look(12'000), "12000");
}

void TstMaintenance::aTableThatIsGoneIsNoError()
{
    Caring it;
    QVERIFY(it.care.look("gone", {"public", "gone"}, 2'000'000));
}

MR_TEST(TstMaintenance)
#include "tst_maintenance.moc"
