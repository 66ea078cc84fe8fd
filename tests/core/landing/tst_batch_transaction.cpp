// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/landing_scene.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <stdexcept>
#include <thread>

using namespace millrace;
using namespace millrace::tests;
using namespace std::chrono_literals;

class TstBatchTransaction : public QObject
{
    Q_OBJECT

private slots:
    void refusesAPositionThatMoved();
    void refusesAnotherOwner();
    void refusesAPositionThatIsGone();
    void refusesToCommitWhenAPositionStays();
    void keepsCountersThatAReplayMoved();
    void aLockedTableStepsAsideAlone();
    void aUsersRuleStepsAsideAlone_data();
    void aUsersRuleStepsAsideAlone();
    void isolatesRowsThatTheServerRefuses();
    void haltsATopicWithTooManyRefusedRows();
    void plansAnewWhenTheLayoutChanged_data();
    void plansAnewWhenTheLayoutChanged();
    void aDroppedTableStepsAside();
    void privilegesLostOnOneTableStepAsideAlone();
    void aConnectionThatIsTerminatedIsLost();
};

namespace {

/// Two topics with one column each, landed once.
struct TwoTopics
{
    TwoTopics()
        : connection(scene.connect())
        , committer(connection, scene.settings)
        , feed(scene)
    {
        scene.makeTopic("alpha");
        scene.makeTopic("beta");
        if (!land(1))
            throw std::runtime_error("the first batch does not land");
    }
    Result<landing::Committed> land(int value)
    {
        feed.add("alpha", "{\"a\":" + std::to_string(value) + "}");
        feed.add("beta", "{\"a\":" + std::to_string(value) + "}");
        return feed.land(committer);
    }
    QString rows(const char* table)
    {
        return scene.text(std::string("SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM ") +
                          table);
    }
    LandingScene scene;
    postgres::Connection connection;
    landing::Committer committer;
    Feed feed;
};

QString codeOf(const Result<landing::Committed>& committed)
{
    return committed ? "landed"
                     : QString::fromStdString(std::string(codeName(committed.error().code)));
}

QString asideOf(const Result<landing::Committed>& committed)
{
    if (!committed)
        return codeOf(committed);
    QStringList aside;
    for (const landing::SteppedAside& one : committed->aside)
        aside += QString::fromStdString(one.topic + ":" + std::string(codeName(one.error.code)));
    return aside.join(" ");
}

QString name(Code code)
{
    return QString::fromStdString(std::string(codeName(code)));
}

} // namespace

void TstBatchTransaction::refusesAPositionThatMoved()
{
    TwoTopics two;
    two.scene.sql.run("UPDATE millrace.position SET next_offset = 2, holes = 1 "
                      "WHERE topic = 'beta'");
    QCOMPARE(codeOf(two.land(2)), name(Code::Fenced));
    QCOMPARE(two.rows("alpha"), "1");
    two.feed.forget();
    QCOMPARE(codeOf(two.land(3)), "landed");
    QCOMPARE(two.rows("beta"), "1 3");
}

void TstBatchTransaction::refusesAnotherOwner()
{
    TwoTopics two;
    two.scene.sql.run("UPDATE millrace.position SET owner_epoch = owner_epoch + 1 "
                      "WHERE topic = 'alpha'");
    QCOMPARE(codeOf(two.land(2)), name(Code::Fenced));
    QCOMPARE(two.rows("alpha") + two.rows("beta"), "11");
}

void TstBatchTransaction::refusesAPositionThatIsGone()
{
    TwoTopics two;
    two.scene.sql.run("DELETE FROM millrace.position WHERE topic = 'alpha'");
    QCOMPARE(codeOf(two.land(2)), name(Code::Fenced));
}

void TstBatchTransaction::refusesToCommitWhenAPositionStays()
{
    TwoTopics two;
    two.scene.sql.run(
        "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
        "CREATE TRIGGER t BEFORE UPDATE ON millrace.position FOR EACH ROW "
        "WHEN (OLD.topic = 'alpha') EXECUTE FUNCTION stay()");
    QCOMPARE(codeOf(two.land(2)), name(Code::Internal));
    QCOMPARE(two.rows("alpha") + two.rows("beta"), "11");
}

void TstBatchTransaction::keepsCountersThatAReplayMoved()
{
    TwoTopics two;
    two.feed.add("alpha", "broken");
    QCOMPARE(codeOf(two.feed.land(two.committer)), "landed");
    two.scene.sql.run("UPDATE millrace.position SET rows = rows + 1, dead = dead - 1 "
                      "WHERE topic = 'alpha'");
    QCOMPARE(codeOf(two.land(2)), "landed");
    QCOMPARE(two.scene.text("SELECT format('%s %s %s', next_offset, rows, dead) "
                            "FROM millrace.position WHERE topic = 'alpha'"),
             "3 3 0");
}

void TstBatchTransaction::aLockedTableStepsAsideAlone()
{
    TwoTopics two;
    const auto locker = two.scene.client();
    locker->run("BEGIN; LOCK TABLE alpha IN SHARE MODE");
    const auto begun = std::chrono::steady_clock::now();
    QCOMPARE(asideOf(two.land(2)), "alpha:" + name(Code::LockTimeout));
    QVERIFY(std::chrono::steady_clock::now() - begun < 2s);
    QCOMPARE(two.rows("beta"), "1 2");
    QCOMPARE(two.rows("alpha"), "1");
    QCOMPARE(two.scene.text("SELECT string_agg(next_offset::text, ' ' ORDER BY topic) "
                            "FROM millrace.position"),
             "1 2");
    locker->run("ROLLBACK");
    two.feed.add("alpha", R"({"a":2})");
    QCOMPARE(asideOf(two.feed.land(two.committer)), "");
    QCOMPARE(two.rows("alpha"), "1 2");
}

void TstBatchTransaction::aUsersRuleStepsAsideAlone_data()
{
    QTest::addColumn<QString>("rule");
    QTest::newRow("check") << "ALTER TABLE alpha ADD CHECK (a < 2)";
    QTest::newRow("unique") << "CREATE UNIQUE INDEX ON alpha ((a > 0))";
    QTest::newRow("not null") << "ALTER TABLE alpha ALTER _key SET NOT VALID";
    QTest::newRow("trigger that raises")
        << "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION "
           "''no''; END'; CREATE TRIGGER t BEFORE INSERT ON alpha FOR EACH ROW EXECUTE FUNCTION "
           "no()";
    QTest::newRow("trigger that drops rows")
        << "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
           "CREATE TRIGGER t BEFORE INSERT ON alpha FOR EACH ROW EXECUTE FUNCTION no()";
    QTest::newRow("deferred constraint")
        << "CREATE TABLE allowed (a bigint PRIMARY KEY); INSERT INTO allowed VALUES (1); "
           "ALTER TABLE alpha ADD FOREIGN KEY (a) REFERENCES allowed DEFERRABLE INITIALLY "
           "DEFERRED";
    QTest::newRow("deferred trigger")
        << "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION "
           "''no''; END'; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON alpha DEFERRABLE INITIALLY "
           "DEFERRED FOR EACH ROW EXECUTE FUNCTION no()";
    QTest::newRow("deferred trigger with a data error")
        << "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1 / (NEW.a - "
           "NEW.a); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON alpha "
           "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()";
}

void TstBatchTransaction::aUsersRuleStepsAsideAlone()
{
    QFETCH(QString, rule);
    TwoTopics two;
    if (rule.contains("NOT VALID"))
        rule = "UPDATE alpha SET _key = ''; ALTER TABLE alpha ALTER _key SET NOT NULL";
    two.scene.sql.run(rule.toStdString());
    QCOMPARE(asideOf(two.land(2)), "alpha:" + name(Code::UserRule));
    QCOMPARE(two.rows("alpha"), "1");
    QCOMPARE(two.rows("beta"), "1 2");
    QCOMPARE(two.scene.text("SELECT count(*) FROM millrace.dead_letter"), "0");
}

void TstBatchTransaction::isolatesRowsThatTheServerRefuses()
{
    TwoTopics two;
    two.scene.sql.run(
        "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.a % 97 = 0 THEN "
        "RAISE EXCEPTION ''%s is odd'', NEW.a USING ERRCODE = ''22003''; END IF; RETURN NEW; END'; "
        "CREATE TRIGGER t BEFORE INSERT ON alpha FOR EACH ROW EXECUTE FUNCTION odd()");
    for (int i = 2; i < 1'000; ++i)
        two.feed.add("alpha", "{\"a\":" + std::to_string(i) + "}");
    two.feed.add("beta", R"({"a":2})");
    const auto committed = two.feed.land(two.committer);
    QCOMPARE(asideOf(committed), "");
    QCOMPARE(committed->dead, 10);
    QCOMPARE(committed->rows, 989);
    QCOMPARE(two.scene.text("SELECT count(*) FROM alpha WHERE a % 97 <> 0"), "989");
    QCOMPARE(two.scene.text("SELECT string_agg(convert_from(value, 'UTF8'), ' ' "
                            "ORDER BY record_offset) FROM millrace.dead_letter WHERE class = "
                            "'refused_by_database' AND sqlstate = '22003' AND record_offset < 300"),
             R"({"a":97} {"a":194} {"a":291})");
    QCOMPARE(two.scene.text("SELECT string_agg(format('%s %s %s', next_offset, rows, dead), '; ' "
                            "ORDER BY topic) FROM millrace.position"),
             "999 989 10; 2 2 0");
}

void TstBatchTransaction::haltsATopicWithTooManyRefusedRows()
{
    TwoTopics two;
    two.scene.sql.run(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.a > 500 THEN "
        "RAISE EXCEPTION ''no'' USING ERRCODE = ''22003''; END IF; RETURN NEW; END'; "
        "CREATE TRIGGER t BEFORE INSERT ON alpha FOR EACH ROW EXECUTE FUNCTION no()");
    for (int i = 2; i < 1'000; ++i)
        two.feed.add("alpha", "{\"a\":" + std::to_string(i) + "}");
    two.feed.add("beta", R"({"a":2})");
    QCOMPARE(asideOf(two.feed.land(two.committer)), "alpha:" + name(Code::Corrupt));
    QCOMPARE(two.rows("alpha"), "1");
    QCOMPARE(two.rows("beta"), "1 2");
    QCOMPARE(two.scene.text("SELECT count(*) FROM millrace.dead_letter"), "0");
}

void TstBatchTransaction::plansAnewWhenTheLayoutChanged_data()
{
    QTest::addColumn<QString>("ddl");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("expected");
    QTest::newRow("widened") << "ALTER TABLE alpha ALTER a TYPE numeric"
                             << "SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM alpha"
                             << "1 42";
    QTest::newRow("retyped to double")
        << "ALTER TABLE alpha ALTER a TYPE double precision"
        << "SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM alpha"
        << "1 42";
    QTest::newRow("retyped to text")
        << "ALTER TABLE alpha ALTER a TYPE text"
        << "SELECT string_agg(format('%s/%s', a, a__bigint), ' ' ORDER BY _offset) FROM alpha"
        << "1/ /42";
    QTest::newRow("retyped to what is not ours") << "ALTER TABLE alpha ALTER a TYPE integer"
                                                 << "SELECT count(*) || ' ' || max(a) FROM alpha"
                                                 << "2 1";
    QTest::newRow("renamed") << "ALTER TABLE alpha RENAME a TO amount"
                             << "SELECT string_agg(amount::text, ' ' ORDER BY _offset) FROM alpha"
                             << "1 42";
    QTest::newRow("dropped") << "ALTER TABLE alpha DROP a"
                             << "SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM alpha"
                             << "42";
    QTest::newRow("swapped with another")
        << "ALTER TABLE alpha RENAME a TO old; ALTER TABLE alpha ADD a text"
        << "SELECT string_agg(old::text, ' ' ORDER BY _offset) FROM alpha"
        << "1 42";
    QTest::newRow("table renamed") << "ALTER TABLE alpha RENAME TO omega"
                                   << "SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM omega"
                                   << "1 42";
    QTest::newRow("table moved and replaced")
        << "CREATE SCHEMA other; ALTER TABLE alpha SET SCHEMA other; CREATE TABLE alpha (LIKE "
           "other.alpha)"
        << "SELECT string_agg(a::text, ' ' ORDER BY _offset) FROM other.alpha"
        << "1 42";
}

void TstBatchTransaction::plansAnewWhenTheLayoutChanged()
{
    QFETCH(QString, ddl);
    QFETCH(QString, query);
    QFETCH(QString, expected);
    TwoTopics two;
    two.scene.sql.run(ddl.toStdString());
    two.feed.add("alpha", R"({"a":42})");
    two.feed.add("beta", R"({"a":42})");
    QCOMPARE(asideOf(two.feed.land(two.committer)), "");
    QCOMPARE(two.scene.text(query.toStdString()), expected);
    QCOMPARE(two.rows("beta"), "1 42");
}

void TstBatchTransaction::aDroppedTableStepsAside()
{
    TwoTopics two;
    two.scene.sql.run("DROP TABLE alpha");
    QCOMPARE(asideOf(two.land(2)), "alpha:" + name(Code::UserRule));
    QCOMPARE(two.rows("beta"), "1 2");
    QCOMPARE(two.scene.text("SELECT to_regclass('alpha')::text"), "");
}

void TstBatchTransaction::privilegesLostOnOneTableStepAsideAlone()
{
    LandingScene scene;
    scene.sql.run("CREATE ROLE writer LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO writer; "
                  "GRANT USAGE ON SCHEMA millrace TO writer; GRANT ALL ON ALL TABLES IN SCHEMA "
                  "millrace TO writer; GRANT ALL ON ALL SEQUENCES IN SCHEMA millrace TO writer");
    scene.makeTopic("alpha");
    scene.makeTopic("beta");
    auto connection = scene.connect();
    QVERIFY(connection.execute("SET ROLE writer"));
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    feed.add("alpha", R"({"a":1})");
    feed.add("beta", R"({"a":1})");
    QCOMPARE(asideOf(feed.land(committer)), "");
    scene.sql.run("ALTER TABLE alpha OWNER TO CURRENT_USER; REVOKE ALL ON alpha FROM writer");
    feed.add("alpha", R"({"a":2})");
    feed.add("beta", R"({"a":2})");
    QCOMPARE(asideOf(feed.land(committer)), "alpha:" + name(Code::WaitForOperator));
    QCOMPARE(scene.text("SELECT count(*) FROM beta"), "2");
    scene.sql.run("DROP OWNED BY writer; DROP ROLE writer");
}

void TstBatchTransaction::aConnectionThatIsTerminatedIsLost()
{
    TwoTopics two;
    const auto locker = two.scene.client();
    locker->run("BEGIN; SELECT FROM millrace.position FOR UPDATE");
    std::jthread terminator([&] {
        const auto client = two.scene.client();
        const std::string pid = std::to_string(two.connection.backendPid());
        [[maybe_unused]] const bool waits = harness::waitUntil(5s, [&] {
            return client->value("SELECT wait_event_type FROM pg_stat_activity WHERE pid = $1",
                                 {pid}) == "Lock";
        });
        client->run("SELECT pg_terminate_backend(" + pid + ")");
    });
    const auto committed = two.land(2);
    QVERIFY(!committed);
    QCOMPARE(committed.error().scope == Scope::Connection, true);
    QVERIFY(two.connection.isBroken());
}

MR_TEST(TstBatchTransaction)
#include "tst_batch_transaction.moc"
