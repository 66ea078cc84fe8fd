// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/job.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <mutex>
#include <set>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstJob : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_database = tests::controlDatabase(); }
    void eachJobIsClaimedOnce();
    void theOldestKnownKindComesFirst();
    void anAbandonedJobIsClaimedAgain();
    void progressTellsWhetherToGoOn();
    void aQueuedJobThatIsCancelledNeverRuns();
    void theOutcomeIsStored();
    void aPayloadThatIsTooLargeFailsTheJob();
    void onlyTheOwnerFinishes();

private:
    std::string m_database;
};

void TstJob::eachJobIsClaimedOnce()
{
    SqlClient(m_database)
        .run("INSERT INTO millrace.job (kind) SELECT 'replay' FROM generate_series(1, 200)");
    std::mutex mutex;
    std::multiset<std::int64_t> claimed;
    int failures = 0;
    tests::inThreads(8, m_database, [&](int index, postgres::Connection& session) {
        for (;;) {
            const auto job = claimJob(session, "w" + std::to_string(index));
            const std::lock_guard lock(mutex);
            failures += job ? 0 : 1;
            if (!job || !*job)
                return;
            claimed.insert((*job)->id);
        }
    });
    QCOMPARE(failures, 0);
    QCOMPARE(claimed.size(), std::size_t{200});
    QCOMPARE(std::set<std::int64_t>(claimed.begin(), claimed.end()).size(), std::size_t{200});
}

void TstJob::theOldestKnownKindComesFirst()
{
    SqlClient(m_database)
        .run("INSERT INTO millrace.job (kind, arguments) VALUES ('rebuild', '{}'), "
             "('read_record', '{\"topic\": \"orders\"}'), ('discard', '{}')");
    auto session = tests::openSession(m_database);
    const auto first = claimJob(session, "w");
    QVERIFY(first && *first);
    QCOMPARE((*first)->kind, JobKind::ReadRecord);
    QCOMPARE((*first)->argumentsJson, "{\"topic\": \"orders\"}"s);
    QCOMPARE((*claimJob(session, "w"))->kind, JobKind::Discard);
    QVERIFY(!*claimJob(session, "w"));
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT string_agg(state || coalesce(claimed_by, ''), ' ' ORDER BY id) "
                        "FROM millrace.job"),
             "queued runningw runningw"s);
}

void TstJob::anAbandonedJobIsClaimedAgain()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind) VALUES ('replay')");
    auto session = tests::openSession(m_database);
    const auto first = *claimJob(session, "dead");
    QVERIFY(*progressJob(session, "dead", first->id, 7, 20));
    QVERIFY(!*claimJob(session, "next"));
    client.run("UPDATE millrace.job SET beat_at = now() - interval '31 seconds'");
    const auto again = *claimJob(session, "next");
    QVERIFY(again);
    QCOMPARE(again->id, first->id);
    QCOMPARE(again->done, std::int64_t{7});
    QVERIFY(!*progressJob(session, "dead", first->id, 8, 20));
    QVERIFY(*progressJob(session, "next", first->id, 8, 20));
}

void TstJob::progressTellsWhetherToGoOn()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind) VALUES ('replay')");
    auto session = tests::openSession(m_database);
    const auto job = *claimJob(session, "w");
    QVERIFY(*progressJob(session, "w", job->id, 3, 9));
    QCOMPARE(client.value("SELECT concat_ws(' ', done, total, beat_at IS NOT NULL) "
                          "FROM millrace.job"),
             "3 9 t"s);
    client.run("UPDATE millrace.job SET wanted = 'cancel'");
    QVERIFY(!*progressJob(session, "w", job->id, 4, 9));
    QVERIFY(finishJob(session, "w", job->id, {.end = JobEnd::Cancelled}));
    QCOMPARE(client.value("SELECT state FROM millrace.job"), "cancelled"s);
}

void TstJob::aQueuedJobThatIsCancelledNeverRuns()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind, wanted) VALUES ('replay', 'cancel')");
    auto session = tests::openSession(m_database);
    QVERIFY(!*claimJob(session, "w"));
    QCOMPARE(client.value("SELECT state FROM millrace.job"), "cancelled"s);
}

void TstJob::theOutcomeIsStored()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind) VALUES ('read_record')");
    auto session = tests::openSession(m_database);
    const auto job = *claimJob(session, "w");
    JobOutcome outcome;
    outcome.resultJson = R"({"found": true})";
    outcome.payload = "\0\xff\\"s;
    QVERIFY(finishJob(session, "w", job->id, outcome));
    QCOMPARE(client.value("SELECT concat_ws(' ', state, result ->> 'found', payload, "
                          "error IS NULL) FROM millrace.job"),
             "done true \\x00ff5c t"s);
}

void TstJob::aPayloadThatIsTooLargeFailsTheJob()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind) VALUES ('read_record'), ('read_record')");
    auto session = tests::openSession(m_database);
    JobOutcome outcome;
    outcome.payload = std::string(1u << 20, 'x');
    QVERIFY(finishJob(session, "w", (*claimJob(session, "w"))->id, outcome));
    *outcome.payload += 'x';
    QVERIFY(finishJob(session, "w", (*claimJob(session, "w"))->id, outcome));
    QCOMPARE(client.value("SELECT string_agg(state || ' ' || (payload IS NULL), ';' ORDER BY id) "
                          "FROM millrace.job"),
             "done false;failed true"s);
}

void TstJob::onlyTheOwnerFinishes()
{
    SqlClient client(m_database);
    client.run("INSERT INTO millrace.job (kind) VALUES ('replay')");
    auto session = tests::openSession(m_database);
    const auto job = *claimJob(session, "w");
    QCOMPARE(finishJob(session, "other", job->id, {}).error().code, Code::Fenced);
    QVERIFY(finishJob(session, "w", job->id, {.end = JobEnd::Failed, .error = "no \xff"}));
    QCOMPARE(finishJob(session, "w", job->id, {}).error().code, Code::Fenced);
    QCOMPARE(client.value("SELECT state || ' ' || error FROM millrace.job"), "failed no \\xff"s);
}

MR_TEST(TstJob)
#include "tst_job.moc"
