// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/encode_texts.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;

class TstPlanner : public QObject
{
    Q_OBJECT

private slots:
    void asksForWhatItSeesWithItsCause();
    void asksForNothingTwice();
    void createsATableForARecordWithoutKeys();
    void createsNoTableForLettersAlone();
    void tellsAnOverflowOnce();
    void tellsAnOverflowAgainWhenItWasNotApplied();
    void freezeSendsTheUnknownToMore();
    void strictRefusesUnknownKeysAndKinds();
    void strictRefusesIdLikeKeys();
    void looseValuesFindTheirColumn();
    void forgetsPlacementsWithTheSchema();
};

namespace {

QString told(const schema::Changes& changes)
{
    QStringList lines;
    for (const schema::Change& change : changes)
        lines += QString::fromStdString(schema::describe(change));
    return lines.join("; ");
}

} // namespace

void TstPlanner::asksForWhatItSeesWithItsCause()
{
    EncodeTexts texts;
    texts.add(R"({"a":1})").partition = PartitionId(2);
    texts.add(R"({"a":"x","b":[true]})").partition = PartitionId(3);
    texts.decoder.decode(texts.messages, texts.decoded);
    const auto plan = texts.planner.plan(texts.messages, texts.decoded, texts.decoder.paths());
    QCOMPARE(told(plan.changes), "add_column a bigint (a); variant_column a__text text (a); "
                                 "add_column b jsonb (b)");
    QCOMPARE(plan.sightings.size(), 2U);
    QCOMPARE(plan.sightings[0].kinds.size(), 2U);
    const schema::Cause expected{PartitionId(3), Offset(1), "x"};
    QCOMPARE(plan.sightings[0].kinds[1].cause == expected, true);
    QCOMPARE(QString::fromStdString(plan.sightings[1].kinds[0].cause.sample), "[true]");
}

void TstPlanner::asksForNothingTwice()
{
    EncodeTexts texts;
    texts.run({R"({"a":1,"b":{"c":"x"}})", R"({"a":2.5})"});
    const auto changes = texts.changes.size();
    texts.run({R"({"a":2,"b":{"c":"y"}})", R"({"a":1.5})"});
    QCOMPARE(texts.changes.size(), changes);
    QCOMPARE(texts.plan.columns.size(), 2U);
}

void TstPlanner::createsATableForARecordWithoutKeys()
{
    EncodeTexts texts;
    texts.schema.table.clear();
    texts.planner.use(texts.schema);
    texts.run({"{}"});
    QCOMPARE(told(texts.changes), "create_table t");
}

void TstPlanner::createsNoTableForLettersAlone()
{
    EncodeTexts texts;
    texts.schema.table.clear();
    texts.planner.use(texts.schema);
    texts.run({"{broken", ""});
    QCOMPARE(told(texts.changes), "");
}

void TstPlanner::tellsAnOverflowOnce()
{
    EncodeTexts texts;
    texts.run({R"({"by_user":{"12345":1,"67890":2}})"});
    QCOMPARE(told(texts.changes), "overflow by_user.12345: a key that is an id gets no column");
    texts.run({R"({"by_user":{"777":1}})"});
    texts.run({R"({"by_user":{"12345":"x"}})"});
    QCOMPARE(texts.changes.size(), 1U);
    texts.run({R"({"1":1})"});
    QCOMPARE(texts.changes.size(), 2U);
    QCOMPARE(QString::fromStdString(texts.more(0)), "{\"1\":1}");
}

void TstPlanner::tellsAnOverflowAgainWhenItWasNotApplied()
{
    EncodeTexts texts;
    texts.add(R"({"12345":1})");
    texts.decoder.decode(texts.messages, texts.decoded);
    const auto planned = [&] {
        return texts.planner.plan(texts.messages, texts.decoded, texts.decoder.paths())
            .changes.size();
    };
    QCOMPARE(planned(), 1U);
    QCOMPARE(planned(), 1U);
    texts.planner.use(texts.schema);
    QCOMPARE(planned(), 0U);
}

void TstPlanner::freezeSendsTheUnknownToMore()
{
    EncodeTexts texts;
    texts.run({R"({"a":1})"});
    texts.schema.contract = schema::Contract::Freeze;
    texts.planner.use(texts.schema);
    texts.run({R"({"a":2,"b":{"c":3}})", R"({"a":"no","123":4})"});
    QCOMPARE(texts.schema.columns.size(), 1U);
    QCOMPARE(QString::fromStdString(texts.more(0)), "{\"b\":{\"c\":3}}");
    QCOMPARE(QString::fromStdString(texts.more(1)), "{\"123\":4,\"a\":\"no\"}");
    QCOMPARE(texts.plan.letters.size(), 0U);
}

void TstPlanner::strictRefusesUnknownKeysAndKinds()
{
    EncodeTexts texts;
    texts.run({R"({"a":1})"});
    texts.schema.contract = schema::Contract::Strict;
    texts.planner.use(texts.schema);
    texts.run({R"({"a":2})", R"({"a":3,"b":{"c":3}})", R"({"a":"no"})", "{broken", R"([1])"});
    QCOMPARE(texts.rows.size(), 1U);
    QCOMPARE(texts.plan.letters.size(), 3U);
    QCOMPARE(texts.plan.letters[0].message, 1U);
    QCOMPARE(QString::fromStdString(texts.plan.letters[0].deadClass), "contract");
    QCOMPARE(QString::fromStdString(texts.plan.letters[0].reason),
             "the key b.c has no column, and the contract is strict");
    QCOMPARE(QString::fromStdString(texts.plan.letters[1].reason),
             "the key a holds a value of kind string that does not fit its column a (bigint), and "
             "the contract is strict");
    QCOMPARE(QString::fromStdString(texts.plan.letters[1].column), "a");
    QCOMPARE(QString::fromStdString(texts.plan.letters[2].reason),
             "the whole message has no column, and the contract is strict");
}

void TstPlanner::strictRefusesIdLikeKeys()
{
    EncodeTexts texts({}, schema::Contract::Strict);
    texts.run({R"({"123456":1})"});
    QCOMPARE(texts.plan.letters.size(), 1U);
    QCOMPARE(QString::fromStdString(texts.plan.letters[0].reason),
             "the key 123456 has no column, and the contract is strict");
}

/// A decoder that has not interned a path (its dictionary is full) must not hide the path's column.
void TstPlanner::looseValuesFindTheirColumn()
{
    EncodeTexts texts;
    texts.run({R"({"s":"x","i":1,"b":true,"n":0.1234567890123456789})"});
    texts.run({"{}"});
    texts.decoded.loose = {{{"s"}, schema::Kind::String, R"("a\u00e9\n")"},
                           {{"i"}, schema::Kind::Int53, "-5"},
                           {{"b"}, schema::Kind::Bool, "false"},
                           {{"n"}, schema::Kind::Number, "1e30"},
                           {{"s"}, schema::Kind::Bool, "true"}};
    texts.decoded.records[0].looseEnd = 4;
    const auto plan = texts.planner.plan(texts.messages, texts.decoded, texts.decoder.paths());
    QCOMPARE(plan.changes.size(), 0U);
    QCOMPARE(plan.columns.size(), 4U);
    texts.plan = plan;
    texts.encoder.begin(texts.schema, plan.columns, texts.planner, texts.decoder.paths());
    texts.encoder.addHeader();
    texts.encoder.addRow({&texts.messages[0], &texts.decoded.records[0], Generation(1), {}},
                         texts.decoded);
    texts.encoder.addTrailer();
    texts.rows = *readCopy(texts.encoder.bytes());
    QCOMPARE(QString::fromStdString(texts.textOf(0, "s")), "aé\n");
    QCOMPARE(QString::fromStdString(texts.textOf(0, "i")), "-5");
    QCOMPARE(QString::fromStdString(texts.textOf(0, "b")), "false");
    QCOMPARE(QString::fromStdString(texts.textOf(0, "n")), "1" + QString(30, '0'));
    QCOMPARE(texts.planner.placement(texts.decoded.loose[4]), landing::Planner::toMore);
}

void TstPlanner::forgetsPlacementsWithTheSchema()
{
    EncodeTexts texts;
    texts.run({R"({"a":1,"b":2})"});
    texts.schema.columns.erase(texts.schema.columns.begin());
    texts.planner.use(texts.schema);
    texts.run({R"({"a":1,"b":2})"});
    QCOMPARE(QString::fromStdString(texts.textOf(0, "a") + texts.textOf(0, "b")), "12");
    QCOMPARE(texts.schema.columns.back().name, std::string("a"));
}

MR_TEST(TstPlanner)
#include "tst_planner.moc"
