// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "core/control/dead_letter.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstDeadLetter : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_database = tests::controlDatabase(); }
    void everyFieldIsStoredVerbatim();
    void emptyAndNullDiffer();
    void hostileTextIsMadeStorable();
    void largeValuesPassThrough();
    void aRefusalIsOurFault();
    void selectionsAndCursorsPick();
    void oneLoadIsBoundedByBytes();
    void onlyOpenLettersMove();
    void discardingKeepsTheCount();

private:
    std::string m_database;
};

namespace {

DeadLetter letterAt(int partition, std::int64_t offset, std::string_view value = "{")
{
    DeadLetter letter;
    letter.key = {"orders", Generation(1), PartitionId(partition)};
    letter.offset = Offset(offset);
    letter.deadClass = "not_json";
    letter.reason = "a brace is not closed";
    letter.value = value;
    letter.valueSize = static_cast<std::int64_t>(value.size());
    letter.valueSha256 = std::string(32, '\x07');
    return letter;
}

LetterSelection ofOrders()
{
    LetterSelection selection;
    selection.topic = "orders";
    return selection;
}

std::vector<std::int64_t> offsetsOf(const std::vector<StoredLetter>& letters)
{
    std::vector<std::int64_t> offsets;
    for (const StoredLetter& letter : letters)
        offsets.push_back(letter.offset.value);
    return offsets;
}

} // namespace

void TstDeadLetter::everyFieldIsStoredVerbatim()
{
    auto session = tests::openSession(m_database);
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);
    DeadLetter letter = letterAt(3, INT64_MAX, all);
    letter.column = "price";
    letter.sqlState = "22003";
    letter.keyBytes = std::string_view("\0key\xff", 5);
    letter.truncated = true;
    letter.valueSize = 1'000'000;
    letter.headersJson = R"([["a", "AA=="], ["a", null]])";
    letter.recordTimeMs = 1'700'000'000'123;
    const std::vector<DeadLetter> letters{letter, letterAt(0, 1)};
    const auto done = copyDeadLetters(session, letters);
    QVERIFY2(done, done ? "" : describe(done.error()).c_str());
    SqlClient client(m_database);
    QCOMPARE(client.value("SELECT concat_ws('|', topic, generation, partition, record_offset, "
                          "class, reason, column_name, sqlstate, value_size, truncated, headers, "
                          "record_time AT TIME ZONE 'UTC', state, encode(value_sha256, 'hex')) "
                          "FROM millrace.dead_letter WHERE partition = 3"),
             "orders|1|3|9223372036854775807|not_json|a brace is not closed|price|22003|1000000|t|"
             "[[\"a\", \"AA==\"], [\"a\", null]]|2023-11-14 22:13:20.123|open|" +
                 hex(std::string(32, '\x07')));
    const auto loaded = loadOpenLetters(session, ofOrders(), {}, 10);
    QVERIFY(loaded);
    QCOMPARE(loaded->size(), std::size_t{2});
    const StoredLetter& stored = loaded->back();
    QCOMPARE(stored.value.value_or(""), all);
    QCOMPARE(stored.keyBytes.value_or(""), "\0key\xff"s);
    QVERIFY(stored.truncated);
    QCOMPARE(stored.recordTimeMs, std::int64_t{1'700'000'000'123});
    QCOMPARE(loaded->front().recordTimeMs, std::int64_t{-1});
    QCOMPARE(loaded->front().headersJson, ""s);
}

void TstDeadLetter::emptyAndNullDiffer()
{
    auto session = tests::openSession(m_database);
    std::vector<DeadLetter> letters{letterAt(0, 1, ""), letterAt(0, 2)};
    letters[0].keyBytes = "";
    letters[1].value = std::nullopt;
    QVERIFY(copyDeadLetters(session, letters));
    const auto loaded = *loadOpenLetters(session, ofOrders(), {}, 10);
    QCOMPARE(loaded[0].value, std::optional(""s));
    QCOMPARE(loaded[0].keyBytes, std::optional(""s));
    QVERIFY(!loaded[1].value);
    QVERIFY(!loaded[1].keyBytes);
}

void TstDeadLetter::hostileTextIsMadeStorable()
{
    auto session = tests::openSession(m_database);
    std::vector<DeadLetter> letters;
    for (const std::string& headers :
         {"[[\"\\u0000\", null]]"s, "[[\"\xff\", null]]"s, "[[\"\0\", null]]"s})
        letters.emplace_back(letterAt(0, static_cast<std::int64_t>(letters.size()))).headersJson =
            headers;
    letters[0].reason = "nul \0 and \xff"s;
    letters[1].recordTimeMs = INT64_MAX;
    letters[2].recordTimeMs = INT64_MIN;
    const auto done = copyDeadLetters(session, letters);
    QVERIFY2(done, done ? "" : describe(done.error()).c_str());
    SqlClient client(m_database);
    QCOMPARE(client.number("SELECT count(*) FROM millrace.dead_letter WHERE headers ? '$base64' "
                           "AND record_time IS NULL"),
             3);
    QCOMPARE(client.value("SELECT reason FROM millrace.dead_letter WHERE record_offset = 0"),
             "nul \\u{0} and \\xff"s);
    QVERIFY(copyDeadLetters(session, {}));
}

void TstDeadLetter::largeValuesPassThrough()
{
    auto session = tests::openSession(m_database);
    const std::string large(16u << 20, 'x');
    const std::vector<DeadLetter> letters{letterAt(0, 1, large), letterAt(0, 2),
                                          letterAt(0, 3, large)};
    QVERIFY(copyDeadLetters(session, letters));
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT string_agg(octet_length(value)::text, ' ' ORDER BY record_offset) "
                        "FROM millrace.dead_letter"),
             "16777216 1 16777216"s);
}

void TstDeadLetter::aRefusalIsOurFault()
{
    auto session = tests::openSession(m_database);
    std::vector<DeadLetter> letters{letterAt(0, 1)};
    QVERIFY(copyDeadLetters(session, letters));
    const auto twice = copyDeadLetters(session, letters);
    QVERIFY(!twice);
    QCOMPARE(twice.error().code, Code::Internal);
    letters[0].offset = Offset(2);
    letters[0].deadClass = "odd";
    QCOMPARE(copyDeadLetters(session, letters).error().code, Code::Internal);
    QVERIFY(!session.isBroken());
}

void TstDeadLetter::selectionsAndCursorsPick()
{
    auto session = tests::openSession(m_database);
    std::vector<DeadLetter> letters;
    for (const int partition : {1, 0}) {
        for (const std::int64_t offset : {5, 3, 9})
            letters.push_back(letterAt(partition, offset));
    }
    letters[0].deadClass = "too_deep";
    letters.push_back(letterAt(0, 1));
    letters.back().key.topic = "other";
    QVERIFY(copyDeadLetters(session, letters));
    LetterSelection selection = ofOrders();
    QCOMPARE(*countOpenLetters(session, selection), std::int64_t{6});
    QCOMPARE(offsetsOf(*loadOpenLetters(session, selection, {}, 4)),
             (std::vector<std::int64_t>{3, 5, 9, 3}));
    const LetterCursor cursor{Generation(1), PartitionId(1), Offset(3)};
    QCOMPARE(offsetsOf(*loadOpenLetters(session, selection, cursor, 4)),
             (std::vector<std::int64_t>{5, 9}));
    selection.partition = PartitionId(1);
    QCOMPARE(*countOpenLetters(session, selection), std::int64_t{3});
    selection.deadClass = "too_deep";
    QCOMPARE(*countOpenLetters(session, selection), std::int64_t{1});
    selection.deadClass.clear();
    selection.offsets = {9, 3, 1'000};
    QCOMPARE(offsetsOf(*loadOpenLetters(session, selection, {}, 9)),
             (std::vector<std::int64_t>{3, 9}));
    selection.topic = "'; DROP TABLE millrace.dead_letter; --";
    QCOMPARE(*countOpenLetters(session, selection), std::int64_t{0});
}

void TstDeadLetter::oneLoadIsBoundedByBytes()
{
    auto session = tests::openSession(m_database);
    QVERIFY(session.execute("INSERT INTO millrace.dead_letter (topic, generation, partition, "
                            "record_offset, class, reason, value, value_size, value_sha256) "
                            "SELECT 'orders', 1, 0, n, 'not_json', '', "
                            "convert_to(repeat('x', 30000000), 'UTF8'), 1, '' "
                            "FROM generate_series(1, 5) AS n"));
    LetterCursor cursor;
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 5; ++i) {
        const auto letters = *loadOpenLetters(session, ofOrders(), cursor, 1'000);
        if (letters.empty())
            break;
        sizes.push_back(letters.size());
        cursor = {Generation(1), PartitionId(0), letters.back().offset};
    }
    QCOMPARE(sizes, (std::vector<std::size_t>{2, 2, 1}));
}

void TstDeadLetter::onlyOpenLettersMove()
{
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
    auto held = *takeOver(session, tests::keysOf("orders", 1), "x", 1'000);
    held[0].nextOffset = Offset(4);
    held[0].dead = 4;
    QVERIFY(session.execute(updatePositionsSql(held)));
    const std::vector<DeadLetter> letters{letterAt(0, 0), letterAt(0, 1), letterAt(0, 2),
                                          letterAt(0, 3)};
    QVERIFY(copyDeadLetters(session, letters));
    const auto loaded = *loadOpenLetters(session, ofOrders(), {}, 3);
    SqlClient(m_database)
        .run("UPDATE millrace.dead_letter SET state = 'discarded' "
             "WHERE record_offset = 1");
    QVERIFY(session.execute("BEGIN"));
    const auto moved = markReplayed(session, loaded);
    QVERIFY(moved);
    QCOMPARE(*moved, std::int64_t{2});
    QVERIFY(moveDeadToRows(session, held[0].key, *moved));
    QVERIFY(session.execute("COMMIT"));
    QCOMPARE(*markReplayed(session, loaded), std::int64_t{0});
    const Position after = loadPositions(session, "orders")->front();
    QCOMPARE(after.rows, std::int64_t{2});
    QCOMPARE(after.dead, std::int64_t{2});
    QCOMPARE(after.nextOffset, Offset(4));
    QCOMPARE(after.ownerEpoch, std::int64_t{1});
    QVERIFY(after.balances());
    QCOMPARE(moveDeadToRows(session, {"none", Generation(1), PartitionId(0)}, 1).error().code,
             Code::NotFound);
    QVERIFY(!moveDeadToRows(session, held[0].key, 3)); // there are only two
}

void TstDeadLetter::discardingKeepsTheCount()
{
    auto session = tests::openSession(m_database);
    const std::vector<DeadLetter> letters{letterAt(0, 0), letterAt(0, 1), letterAt(0, 2)};
    QVERIFY(copyDeadLetters(session, letters));
    QCOMPARE(*discardLetters(session, ofOrders(), "test data", 2), std::int64_t{2});
    QCOMPARE(*discardLetters(session, ofOrders(), "test data", 2), std::int64_t{1});
    QCOMPARE(*discardLetters(session, ofOrders(), "test data", 2), std::int64_t{0});
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT string_agg(state || ' ' || note, ';') FROM millrace.dead_letter"),
             "discarded test data;discarded test data;discarded test data"s);
}

MR_TEST(TstDeadLetter)
#include "tst_dead_letter.moc"
