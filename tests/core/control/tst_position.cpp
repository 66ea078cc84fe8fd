// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/position.h"
#include "tests/core/control/control_database.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <mutex>

using namespace millrace;
using namespace millrace::control;
using namespace std::chrono_literals;
using namespace std::string_literals;
using harness::SqlClient;

class TstPosition : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_database = tests::controlDatabase(); }
    void everyFieldSurvivesAnUpdate();
    void manyPositionsAreOneUpdate();
    void noPositionsAreNoTrouble();
    void locksAreTakenInKeyOrder();
    void lanesThatShareTopicsNeverDeadlock();
    void takingOverRaisesTheEpoch();
    void whoLivesAndTakesAgainIsNoDeath();
    void aStoppedHolderIsEndedAndNobodyElse();
    void aGapIsBookedOnceAndFenced();
    void aNewPartitionAboveZeroIsAGap();
    void statesStayUntilChanged();
    void theBalanceViewEqualsThePositions();

private:
    std::string m_database;
};

namespace {

std::vector<Position> lockedBy(postgres::Connection& session, const std::vector<PositionKey>& keys)
{
    const auto results = session.execute(lockPositionsSql(keys));
    return results ? readPositions(results->front()) : std::vector<Position>();
}

bool isFenced(const Result<Position>& result)
{
    return !result && result.error().code == Code::Fenced;
}

} // namespace

void TstPosition::everyFieldSurvivesAnUpdate()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "it's \\ \"odd\"", 2, 100);
    const auto keys = tests::keysOf("it's \\ \"odd\"", 2);
    auto held = *takeOver(session, keys, "millrace/x/0", 1'000);
    Position& one = held[0];
    one.nextOffset = Offset(120);
    one.lastOffset = Offset(118);
    one.lowSeen = Offset(101);
    one.rows = 10;
    one.dead = 4;
    one.skipped = 3;
    one.gap = 2;
    one.holes = 1;
    one.bytes = INT64_MAX;
    one.fingerprint = UINT64_MAX;
    one.firstFingerprint = std::uint64_t{1} << 63U;
    one.firstRecordOffset = Offset(100);
    QVERIFY(one.balances());
    const auto updated = session.execute(updatePositionsSql(held));
    QVERIFY(updated);
    QCOMPARE(updated->front().affected(), std::int64_t{2});
    const Position stored = lockedBy(session, keys)[0];
    QVERIFY(stored.key == one.key);
    QCOMPARE(stored.nextOffset, one.nextOffset);
    QCOMPARE(stored.lastOffset, one.lastOffset);
    QCOMPARE(stored.lowSeen, one.lowSeen);
    QCOMPARE(stored.rows, one.rows);
    QCOMPARE(stored.dead, one.dead);
    QCOMPARE(stored.skipped, one.skipped);
    QCOMPARE(stored.gap, one.gap);
    QCOMPARE(stored.holes, one.holes);
    QCOMPARE(stored.bytes, one.bytes);
    QCOMPARE(stored.fingerprint, one.fingerprint);
    QCOMPARE(stored.firstFingerprint, one.firstFingerprint);
    QCOMPARE(stored.firstRecordOffset, one.firstRecordOffset);
    QCOMPARE(stored.owner, "millrace/x/0"s);
    QCOMPARE(stored.ownerEpoch, std::int64_t{1});
    QCOMPARE(stored.epochAtProgress, std::int64_t{1});
    const Position other = lockedBy(session, keys)[1];
    QVERIFY(!other.lastOffset && !other.fingerprint && !other.firstFingerprint);
}

void TstPosition::manyPositionsAreOneUpdate()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "wide", 200);
    const auto keys = tests::keysOf("wide", 200);
    auto held = *takeOver(session, keys, "millrace/x/0", 1'000);
    QCOMPARE(held.size(), std::size_t{200});
    for (int round = 1; round <= 20; ++round) {
        for (Position& position : held)
            position.nextOffset = Offset(position.rows += position.key.partition.value + 1);
        QCOMPARE(lockedBy(session, keys).size(), std::size_t{200});
        const auto updated = session.execute(updatePositionsSql(held));
        QVERIFY(updated);
        QCOMPARE(updated->front().affected(), std::int64_t{200});
    }
    QCOMPARE(SqlClient(m_database).number("SELECT sum(rows) FROM millrace.position"),
             20 * 200 * 201 / 2);
    std::vector<Position> missing{held[0]};
    missing[0].key.topic = "none";
    QCOMPARE(session.execute(updatePositionsSql(missing))->front().affected(), std::int64_t{0});
}

void TstPosition::noPositionsAreNoTrouble()
{
    auto session = tests::openSession(m_database);
    QVERIFY(lockedBy(session, {}).empty());
    QCOMPARE(session.execute(updatePositionsSql({}))->front().affected(), std::int64_t{0});
    QVERIFY(takeOver(session, {}, "x", 1'000)->empty());
    QVERIFY(takeOver(session, tests::keysOf("none", 2), "x", 1'000)->empty());
    QVERIFY(insertPositions(session, "none", Generation(1), {}));
    QVERIFY(loadPositions(session, "none")->empty());
}

void TstPosition::locksAreTakenInKeyOrder()
{
    auto session = tests::openSession(m_database);
    for (const char* topic : {"b", "a.b", "B", "é", "a_b"})
        tests::makeTopic(session, topic, 3);
    std::vector<PositionKey> keys;
    for (const char* topic : {"é", "b", "a_b", "a.b", "B"}) {
        for (const int partition : {2, 0, 1})
            keys.push_back({topic, Generation(1), PartitionId(partition)});
    }
    std::vector<PositionKey> sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    const auto positions = lockedBy(session, keys);
    QCOMPARE(positions.size(), sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        QVERIFY(positions[i].key == sorted[i]);
}

void TstPosition::lanesThatShareTopicsNeverDeadlock()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 16);
    tests::newLogLines();
    std::mutex mutex;
    int failures = 0;
    tests::inThreads(6, m_database, [&](int index, postgres::Connection& mine) {
        for (int round = 0; round < 60; ++round) {
            std::vector<PositionKey> keys;
            for (int i = 0; i < 8; ++i)
                keys.push_back(tests::keysOf("orders", 16)[(index * 5 + i * 3 + round) % 16]);
            std::sort(keys.begin(), keys.end());
            const auto done = mine.execute("BEGIN; " + lockPositionsSql(keys));
            const auto updated =
                done ? mine.execute(updatePositionsSql(readPositions(done->back())) + "; COMMIT")
                     : done.error();
            const std::lock_guard lock(mutex);
            failures += updated ? 0 : 1;
        }
    });
    QCOMPARE(failures, 0);
    const std::string log = tests::newLogLines();
    QVERIFY2(log.find("ERROR") == std::string::npos, log.c_str());
}

void TstPosition::takingOverRaisesTheEpoch()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 3, 7);
    auto keys = tests::keysOf("orders", 2);
    keys.push_back({"orders", Generation(1), PartitionId(99)});
    const auto first = takeOver(session, keys, "millrace/a/0", 1'000);
    QVERIFY(first);
    QCOMPARE(first->size(), std::size_t{2});
    QCOMPARE((*first)[1].key.partition, PartitionId(1));
    QCOMPARE((*first)[1].owner, "millrace/a/0"s);
    QCOMPARE((*first)[1].ownerEpoch, std::int64_t{1});
    QCOMPARE((*first)[1].epochAtProgress, std::int64_t{0});
    QCOMPARE((*takeOver(session, keys, "millrace/b/0", 1'000))[0].ownerEpoch, std::int64_t{2});
    QCOMPARE((*loadPositions(session, "orders"))[2].ownerEpoch, std::int64_t{0});
}

void TstPosition::whoLivesAndTakesAgainIsNoDeath()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2);
    const auto keys = tests::keysOf("orders", 2);
    const auto fruitless = [&](const std::string& owner, std::span<const PositionKey> again) {
        const auto taken = takeOver(session, keys, owner, 1'000, again);
        std::string text;
        for (const Position& position : *taken)
            text += std::to_string(position.ownerEpoch - position.epochAtProgress) + " ";
        return text;
    };
    QCOMPARE(fruitless("millrace/a/0", {}), "1 1 "s);
    // its connection was lost; of the second partition it knows nothing any more
    QCOMPARE(fruitless("millrace/a/0", std::span(keys).first(1)), "1 2 "s);
    // another one, and then the first again, which still lives but may have killed the other
    QCOMPARE(fruitless("millrace/b/0", {}), "2 3 "s);
    QCOMPARE(fruitless("millrace/a/0", keys), "3 4 "s);
    QCOMPARE(fruitless("millrace/a/0", keys), "3 4 "s);
}

void TstPosition::aStoppedHolderIsEndedAndNobodyElse()
{
    auto setup = tests::openSession(m_database);
    tests::makeTopic(setup, "orders", 3);
    QVERIFY(setup.execute("CREATE TABLE rows (n int)"));
    const auto keys = tests::keysOf("orders", 3);
    // A lane stopped inside COPY, one that works on another partition, and a person's session.
    auto zombie = tests::openSession(m_database, {.applicationName = "millrace/z/0"});
    QVERIFY(zombie.execute("BEGIN; " + lockPositionsSql(std::vector{keys[0]})));
    QVERIFY(zombie.copyBegin("COPY rows FROM STDIN"));
    QVERIFY(zombie.copyWrite("1\n"));
    auto healthy = tests::openSession(m_database, {.applicationName = "millrace/h/0"});
    QVERIFY(healthy.execute("BEGIN; " + lockPositionsSql(std::vector{keys[1]})));
    auto person = tests::openSession(m_database, {.applicationName = "psql"});
    QVERIFY(person.execute("BEGIN; " + lockPositionsSql(std::vector{keys[2]})));

    auto taker = tests::openSession(m_database, {.applicationName = "millrace/t/0"});
    const SteadyTime begun = steadyNow();
    const std::vector<PositionKey> wanted{keys[0]};
    const auto refused = takeOver(taker, wanted, "millrace/t/0", 300);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Code::LockTimeout);
    QVERIFY(!taker.isBroken());
    auto second = tests::openSession(m_database, {.applicationName = "millrace/t/0/second"});
    QCOMPARE(*terminateBlockers(second, wanted), 1);
    const auto taken = takeOver(taker, wanted, "millrace/t/0", 2'000);
    QVERIFY(taken);
    QCOMPARE(taken->size(), std::size_t{1});
    QVERIFY(steadyNow() - begun < 5s);
    QVERIFY(!zombie.copyFinish());
    QVERIFY(zombie.isBroken());
    QVERIFY(healthy.execute("COMMIT"));
    const std::vector<PositionKey> persons{keys[2]};
    QCOMPARE(*terminateBlockers(second, persons), 0);
    QVERIFY(person.execute("COMMIT"));
}

void TstPosition::aGapIsBookedOnceAndFenced()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1, 10);
    auto held = *takeOver(session, tests::keysOf("orders", 1), "millrace/x/0", 1'000);
    held[0].nextOffset = Offset(15);
    held[0].rows = 5;
    held[0].lastOffset = Offset(14);
    held[0].fingerprint = 77;
    QVERIFY(session.execute(updatePositionsSql(held)));
    const auto after = recordGap(session, held[0], Offset(40), Offset(40), "retention");
    QVERIFY(after);
    QCOMPARE(after->nextOffset, Offset(40));
    QCOMPARE(after->gap, std::int64_t{25});
    QCOMPARE(after->lowSeen, Offset(40));
    QVERIFY(!after->lastOffset && !after->fingerprint);
    QVERIFY(after->balances());
    QVERIFY(isFenced(recordGap(session, held[0], Offset(40), Offset(40), "x")));
    Position old = *after;
    --old.ownerEpoch;
    QVERIFY(isFenced(recordGap(session, old, Offset(50), Offset(50), "x")));
    SqlClient client(m_database);
    QCOMPARE(client.value("SELECT string_agg(concat_ws(' ', first_offset, last_offset, kind, "
                          "reason, acknowledged), ';') FROM millrace.gap"),
             "15 39 rows retention f"s);
    QVERIFY(*gapFrom(session, after->key, Offset(15)) == std::optional(Offset(39)));
    QVERIFY(*gapFrom(session, after->key, Offset(16)) == std::optional<Offset>());
}

void TstPosition::aNewPartitionAboveZeroIsAGap()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    const std::vector<FirstSight> sights{{PartitionId(0), Offset(99), true},
                                         {PartitionId(1), Offset(0), true},
                                         {PartitionId(2), Offset(6), true},
                                         {PartitionId(3), Offset(6), false}};
    std::mutex mutex;
    int failures = 0;
    tests::inThreads(4, m_database, [&](int, postgres::Connection& mine) {
        const auto done = insertPositions(mine, "orders", Generation(1), sights);
        const std::lock_guard lock(mutex);
        failures += done ? 0 : 1;
    });
    QCOMPARE(failures, 0);
    const auto positions = *loadPositions(session, "orders");
    QCOMPARE(positions.size(), std::size_t{4});
    QCOMPARE(positions[0].nextOffset, Offset(0)); // was there already
    QCOMPARE(positions[1].gap, std::int64_t{0});
    QCOMPARE(positions[2].firstOffset, Offset(0));
    QCOMPARE(positions[2].gap, std::int64_t{6});
    QCOMPARE(positions[3].firstOffset, Offset(6));
    for (const Position& position : positions)
        QVERIFY(position.balances());
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT string_agg(concat_ws(' ', partition, first_offset, last_offset), "
                        "';') FROM millrace.gap"),
             "2 0 5"s);
}

void TstPosition::statesStayUntilChanged()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    const auto keys = tests::keysOf("orders", 1);
    for (const auto state :
         {PartitionState::Paused, PartitionState::Stopped, PartitionState::Running}) {
        QVERIFY(setPartitionState(session, keys[0], state, "why \xff"));
        auto held = *takeOver(session, keys, "millrace/x/0", 1'000);
        QCOMPARE(held[0].state, state);
        held[0].state = PartitionState::Paused;
        held[0].reason = "not stored by a commit";
        QVERIFY(session.execute(updatePositionsSql(held)));
        QCOMPARE(loadPositions(session, "orders")->front().state, state);
        QCOMPARE(loadPositions(session, "orders")->front().reason, "why \\xff"s);
    }
    QVERIFY(
        setPartitionState(session, keys[0], PartitionState::Running, std::string(resumedByPerson)));
    QVERIFY(session.execute(updatePositionsSql(*loadPositions(session, "orders"))));
    QCOMPARE(loadPositions(session, "orders")->front().reason, ""s);
}

void TstPosition::theBalanceViewEqualsThePositions()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 2, 5);
    auto held = *takeOver(session, tests::keysOf("orders", 2), "millrace/x/0", 1'000);
    held[0].nextOffset = Offset(15);
    held[0].rows = 4;
    held[0].dead = 3;
    held[0].skipped = 2;
    held[0].holes = 1;
    held[1].nextOffset = Offset(8);
    held[1].rows = 2; // one offset is unaccounted for
    QVERIFY(session.execute(updatePositionsSql(held)));
    SqlClient client(m_database);
    QCOMPARE(client.value("SELECT string_agg(concat_ws(' ', partition, served, accounted, rows, "
                          "dead, skipped, gap, holes, balanced), ';' ORDER BY partition) "
                          "FROM millrace.balance"),
             "0 10 10 4 3 2 0 1 t;1 3 2 2 0 0 0 0 f"s);
    QVERIFY(held[0].balances() && !held[1].balances());
    QCOMPARE(client.value("SELECT concat_ws(' ', generation, partitions, served, rows, dead, "
                          "skipped, holes, balanced) FROM millrace.topic_status"),
             "1 2 13 6 3 2 1 f"s);
}

MR_TEST(TstPosition)
#include "tst_position.moc"
