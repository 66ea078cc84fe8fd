// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/topic.h"
#include "tests/core/control/control_database.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <mutex>
#include <set>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstTopic : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_database = tests::controlDatabase(); }
    void manyDiscoverersInsertEachTopicOnce();
    void topicsComeSortedBytewiseWithTheirGeneration();
    void insertingAndWantingNotify();
    void wantedByPlainSqlStartsAHaltedTopicAgain();
    void aStateIsToldOnceWhenItChanges();
    void aPauseIsToldOnceAndFencesWhoStillReads();
    void aHaltedTopicIsNotStartedByAWorker();
    void contractsChangeLive();
    void aTopicThatIsNotThereIsTold();
    void ofManyWorkersOneBeginsTheGeneration_data();
    void ofManyWorkersOneBeginsTheGeneration();
    void aNewGenerationFencesTheOldOwners();
    void aHeldPositionDelaysAGenerationForABoundedTime();

private:
    std::string m_database;
};

void TstTopic::manyDiscoverersInsertEachTopicOnce()
{
    tests::newLogLines();
    std::vector<std::string> topics;
    for (int i = 0; i < 200; ++i)
        topics.push_back("topic-" + std::to_string((i * 37) % 200));
    std::mutex mutex;
    std::multiset<std::string> added;
    int failures = 0;
    tests::inThreads(8, m_database, [&](int index, postgres::Connection& session) {
        for (int round = 0; round < 25; ++round) {
            std::vector<std::string> part(topics.begin(), topics.begin() + 8 * (round + 1));
            std::rotate(part.begin(), part.begin() + index, part.end());
            const auto names = insertTopics(session, part);
            const std::lock_guard lock(mutex);
            failures += names ? 0 : 1;
            if (names)
                added.insert(names->begin(), names->end());
        }
    });
    QCOMPARE(failures, 0);
    QCOMPARE(added.size(), std::size_t{200});
    QCOMPARE(std::set<std::string>(added.begin(), added.end()).size(), std::size_t{200});
    const std::string log = tests::newLogLines();
    QVERIFY2(log.find("ERROR") == std::string::npos, log.c_str());
}

void TstTopic::topicsComeSortedBytewiseWithTheirGeneration()
{
    auto session = tests::openSession(m_database);
    const std::vector<std::string> names{"b", "a_b", "a.b", "B", "a\"'\\{},"};
    QCOMPARE(insertTopics(session, names)->size(), std::size_t{5});
    tests::makeTopic(session, "b", 1);
    const auto topics = loadTopics(session);
    QVERIFY(topics);
    std::vector<std::string> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        QCOMPARE((*topics)[i].topic, sorted[i]);
    QCOMPARE((*topics)[4].generation, Generation(1));
    QCOMPARE((*topics)[0].generation, Generation(0));
    QVERIFY((*topics)[0].table.empty());
    QVERIFY(!(*topics)[0].tableOid);
    QVERIFY(!(*topics)[0].wantedPause);
}

void TstTopic::insertingAndWantingNotify()
{
    auto listener = tests::openSession(m_database);
    QVERIFY(listener.execute("LISTEN millrace_topic; LISTEN millrace_job"));
    const auto heard = [&listener] {
        std::vector<std::string> channels;
        return harness::waitUntil(std::chrono::seconds(2),
                                  [&] {
                                      channels = listener.notifications();
                                      return !channels.empty();
                                  })
                   ? channels.front()
                   : ""s;
    };
    auto session = tests::openSession(m_database);
    const std::vector<std::string> names{"orders"};
    QVERIFY(insertTopics(session, names));
    QCOMPARE(heard(), "millrace_topic"s);
    QVERIFY(insertTopics(session, names));
    QVERIFY(listener.query("SELECT 1"));
    QVERIFY(listener.notifications().empty());
    SqlClient(m_database).run("UPDATE millrace.topic SET wanted = 'pause'");
    QCOMPARE(heard(), "millrace_topic"s);
    SqlClient(m_database).run("INSERT INTO millrace.job (kind) VALUES ('replay')");
    QCOMPARE(heard(), "millrace_job"s);
}

void TstTopic::wantedByPlainSqlStartsAHaltedTopicAgain()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2);
    QVERIFY(setTopicState(session, "orders", TopicState::Halted, "all of it is garbage"));
    QVERIFY(setPartitionState(session, tests::keysOf("orders", 2)[1], PartitionState::Stopped,
                              "diverged"));
    SqlClient(m_database).run("UPDATE millrace.topic SET wanted = 'pause' WHERE topic = 'orders'");
    auto row = loadTopics(session)->front();
    QVERIFY(row.wantedPause);
    QCOMPARE(row.state, TopicState::Halted);
    SqlClient(m_database).run("UPDATE millrace.topic SET wanted = 'run' WHERE topic = 'orders'");
    row = loadTopics(session)->front();
    QVERIFY(!row.wantedPause);
    QCOMPARE(row.state, TopicState::Running);
    QCOMPARE(row.reason, ""s);
    const auto positions = loadPositions(session, "orders");
    QCOMPARE((*positions)[1].state, PartitionState::Running);
    QCOMPARE((*positions)[1].reason, std::string(resumedByPerson));
    QCOMPARE((*positions)[1].epochAtProgress, (*positions)[1].ownerEpoch);
    QCOMPARE((*positions)[0].reason, ""s);
    // 'run' where 'run' stands already is a wish too.
    QVERIFY(setTopicState(session, "orders", TopicState::Halted, "again"));
    QVERIFY(setWanted(session, "orders", false));
    QCOMPARE(loadTopics(session)->front().state, TopicState::Running);
}

void TstTopic::aStateIsToldOnceWhenItChanges()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    std::mutex mutex;
    int moved = 0;
    int failed = 0;
    tests::inThreads(8, m_database, [&](int, postgres::Connection& mine) {
        const auto changed = setTopicState(mine, "orders", TopicState::Paused, "a rule of yours");
        const std::lock_guard lock(mutex);
        failed += changed ? 0 : 1;
        moved += changed && *changed ? 1 : 0;
    });
    QCOMPARE(failed, 0);
    QCOMPARE(moved, 1);
    SqlClient client(m_database);
    QCOMPARE(client.value("SELECT string_agg(level || ' ' || code || ' ' || text, ';') "
                          "FROM millrace.event"),
             "warning topic_paused a rule of yours"s);
    QVERIFY(setTopicState(session, "orders", TopicState::Halted, "broken"));
    QCOMPARE(client.value("SELECT string_agg(level, ' ' ORDER BY id) FROM millrace.event"),
             "warning alarm"s);
}

void TstTopic::aPauseIsToldOnceAndFencesWhoStillReads()
{
    constexpr auto timeout = std::chrono::milliseconds(50);
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2);
    tests::makeTopic(session, "other", 1);
    SqlClient client(m_database);
    const auto epochs = [&] {
        return client.value("SELECT string_agg(topic || ' ' || owner_epoch || ' ' ||"
                            " epoch_at_progress, ';' ORDER BY topic, partition)"
                            " FROM millrace.position");
    };
    const auto state = [&] {
        return client.value("SELECT state || ' ' || reason FROM millrace.topic"
                            " WHERE topic = 'orders'");
    };
    QVERIFY(tellPaused(session, "orders", timeout)); // is not wanted
    QCOMPARE(state(), "running "s);
    QCOMPARE(epochs(), "orders 0 0;orders 0 0;other 0 0"s);

    QVERIFY(setWanted(session, "orders", true));
    client.run("BEGIN; SELECT FROM millrace.position WHERE topic = 'orders' AND partition = 1"
               " FOR UPDATE");
    QCOMPARE(tellPaused(session, "orders", timeout).error().code, Code::LockTimeout);
    QCOMPARE(state(), "running "s);
    client.run("COMMIT");
    for (int time = 0; time < 2; ++time) {
        QVERIFY(tellPaused(session, "orders", timeout));
        QCOMPARE(state(), "paused paused as wanted"s);
        QCOMPARE(epochs(), "orders 1 1;orders 1 1;other 0 0"s);
        QCOMPARE(client.value("SELECT string_agg(level || ' ' || code, ';') FROM millrace.event"),
                 "info topic_paused"s);
    }

    QVERIFY(setTopicState(session, "orders", TopicState::Halted, "broken"));
    QVERIFY(tellPaused(session, "orders", timeout));
    QCOMPARE(state(), "halted broken"s);
}

void TstTopic::aHaltedTopicIsNotStartedByAWorker()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    QCOMPARE(*setTopicState(session, "orders", TopicState::Halted, "evidence"), true);
    QCOMPARE(*setTopicState(session, "orders", TopicState::Running, ""), false);
    QCOMPARE(*setTopicState(session, "orders", TopicState::Paused, "x"), false);
    QCOMPARE(loadTopics(session)->front().state, TopicState::Halted);
    QCOMPARE(loadTopics(session)->front().reason, "evidence"s);
}

void TstTopic::contractsChangeLive()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    for (const auto contract :
         {schema::Contract::Freeze, schema::Contract::Strict, schema::Contract::Evolve}) {
        QVERIFY(setContract(session, "orders", contract));
        QCOMPARE(loadTopics(session)->front().contract, contract);
    }
    SqlClient(m_database).run("UPDATE millrace.topic SET contract = 'strict', naming = 'exact'");
    QCOMPARE(loadTopics(session)->front().contract, schema::Contract::Strict);
    QCOMPARE(loadTopics(session)->front().naming, schema::Naming::Exact);
}

void TstTopic::aTopicThatIsNotThereIsTold()
{
    auto session = tests::openSession(m_database);
    QCOMPARE(setWanted(session, "none", true).error().code, Code::NotFound);
    QCOMPARE(setContract(session, "none", schema::Contract::Freeze).error().code, Code::NotFound);
    QCOMPARE(*setTopicState(session, "none", TopicState::Paused, ""), false);
}

void TstTopic::ofManyWorkersOneBeginsTheGeneration_data()
{
    QTest::addColumn<int>("after");
    QTest::newRow("the first, where no row can be locked") << 0;
    QTest::newRow("a later one") << 1;
}

void TstTopic::ofManyWorkersOneBeginsTheGeneration()
{
    QFETCH(int, after);
    tests::newLogLines();
    auto session = tests::openSession(m_database);
    const std::vector<std::string> names{"orders"};
    QVERIFY(insertTopics(session, names));
    if (after == 1)
        tests::makeTopic(session, "orders", 3);
    std::mutex mutex;
    std::vector<BegunGeneration> answers;
    tests::inThreads(8, m_database, [&](int index, postgres::Connection& mine) {
        NewGeneration wanted;
        wanted.topic = "orders";
        wanted.after = Generation(after);
        wanted.topicId = "seen by " + std::to_string(index);
        wanted.reason = "recreated";
        wanted.partitions = {{PartitionId(0), Offset(5)}, {PartitionId(1), Offset(7)}};
        const auto begun = beginGeneration(mine, wanted);
        const std::lock_guard lock(mutex);
        if (begun)
            answers.push_back(*begun);
    });
    QCOMPARE(answers.size(), std::size_t{8});
    for (const BegunGeneration& answer : answers)
        QCOMPARE(answer.generation, Generation(after + 1));
    QCOMPARE(std::ranges::count_if(answers, &BegunGeneration::isOurs), 1);
    SqlClient client(m_database);
    QCOMPARE(client.number("SELECT count(*) FROM millrace.generation"), after + 1);
    QCOMPARE(client.number("SELECT count(*) FROM millrace.position WHERE generation = " +
                           std::to_string(after + 1)),
             2);
    if (after == 1)
        QCOMPARE(client.number("SELECT max(owner_epoch) FROM millrace.position "
                               "WHERE generation = 1"),
                 1);
    const std::string log = tests::newLogLines();
    QVERIFY2(log.find("ERROR") == std::string::npos, log.c_str());
}

void TstTopic::aNewGenerationFencesTheOldOwners()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2, 3);
    const auto held = takeOver(session, tests::keysOf("orders", 2), "millrace/x/0", 1'000);
    QVERIFY(held);
    NewGeneration wanted;
    wanted.topic = "orders";
    wanted.after = Generation(1);
    wanted.reason = "recreated";
    wanted.partitions = {{PartitionId(0), Offset(0)}};
    QCOMPARE(beginGeneration(session, wanted)->generation, Generation(2));
    const auto late = recordGap(session, held->front(), Offset(9), Offset(9), "x");
    QVERIFY(!late);
    QCOMPARE(late.error().code, Code::Fenced);
    const auto fresh = loadPositions(session, "orders");
    QCOMPARE(fresh->size(), std::size_t{1});
    QCOMPARE(fresh->front().key.generation, Generation(2));
    QCOMPARE(fresh->front().firstOffset, Offset(0));
    QVERIFY(fresh->front().balances());
    const auto tooLate = beginGeneration(session, wanted);
    QCOMPARE(tooLate->generation, Generation(2));
    QVERIFY(!tooLate->isOurs);
    QCOMPARE(SqlClient(m_database).number("SELECT count(*) FROM millrace.position"), 3);
}

void TstTopic::aHeldPositionDelaysAGenerationForABoundedTime()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    SqlClient holder(m_database);
    holder.run("BEGIN; SELECT 1 FROM millrace.position FOR UPDATE");
    NewGeneration wanted;
    wanted.topic = "orders";
    wanted.after = Generation(1);
    wanted.reason = "recreated";
    const auto begun = beginGeneration(session, wanted);
    QVERIFY(!begun);
    QCOMPARE(begun.error().code, Code::LockTimeout);
    holder.run("ROLLBACK");
    QCOMPARE(beginGeneration(session, wanted)->generation, Generation(2));
}

MR_TEST(TstTopic)
#include "tst_topic.moc"
