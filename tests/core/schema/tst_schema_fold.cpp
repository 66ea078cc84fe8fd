// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/schema_fold.h"
#include "tests/core/schema/schema_words.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::schema;
using namespace millrace::tests;

class TstSchemaFold : public QObject
{
    Q_OBJECT

private slots:
    void ordersEventsByPartitionOffsetAndPath();
    void amendsTheOneChangeOfAColumn_data();
    void amendsTheOneChangeOfAColumn();
    void aWidenedColumnTakesTheKindsOfItsPath();
    void keepsKeysThatAreIdsOutOfTheTable();
    void stopsAtAHundredChildrenOfAParent();
    void stopsAtTheLastColumnOfATable();
    void stopsWideningAColumn();
    void stopsAtTheLastColumnOfAPath();
    void namesTheRecordThatCausedAChange();
};

void TstSchemaFold::ordersEventsByPartitionOffsetAndPath()
{
    const auto sighting = [](const char* key, int partition, int offset) {
        return Sighting{{key}, {{Kind::Int53, {PartitionId(partition), Offset(offset), {}}}}};
    };
    const std::vector<Sighting> seen{sighting("b_x", 0, 7), sighting("late", 1, 0),
                                     sighting("early", 0, 6), sighting("bX", 0, 7)};
    TableSchema table;
    table.table = "t";
    table = schema::apply(table, diff(table, seen, Limits{}));
    QCOMPARE(table.columns.size(), 4u);
    QCOMPARE(table.columns[0].name, std::string("early"));
    QCOMPARE(table.columns[1].name, std::string("b_x"));
    QCOMPARE(table.columns[1].path, Path{"bX"});
    QVERIFY(table.columns[2].name.starts_with("b_x_"));
    QCOMPARE(table.columns[3].name, std::string("late"));
}

void TstSchemaFold::amendsTheOneChangeOfAColumn_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("then");
    QTest::addColumn<QString>("changes");
    QTest::newRow("born wide") << "z=bool"
                               << "a=int53 a=double a=int64"
                               << "add_column a numeric (a)";
    QTest::newRow("widened twice") << "a=int53"
                                   << "a=double a=number"
                                   << "widen_column a bigint -> numeric";
    QTest::newRow("grown, then widened") << "a=int53"
                                         << "a=int64 a=double"
                                         << "widen_column a bigint -> numeric";
    QTest::newRow("widened, then grown") << "a=int53"
                                         << "a=number a=int64"
                                         << "widen_column a bigint -> numeric";
    QTest::newRow("grown twice") << "a=number"
                                 << "a=int53 a=double"
                                 << "grow_kinds a int53,double,number";
    QTest::newRow("variant keeps its first name")
        << "a=string"
        << "a=int53 a=double"
        << "variant_column a__bigint double precision (a)";
}

void TstSchemaFold::amendsTheOneChangeOfAColumn()
{
    QFETCH(QString, first);
    QFETCH(QString, then);
    TableSchema table;
    evolve(table, first);
    QTEST(told(evolve(table, then)), "changes");
    QVERIFY(evolve(table, then).empty());
}

void TstSchemaFold::aWidenedColumnTakesTheKindsOfItsPath()
{
    TableSchema table;
    evolve(table, "a=int53");
    table.columns[0].pinned = true;
    evolve(table, "a=double");
    QCOMPARE(columnsOf(table), "a:bigint a__double:double");
    table.columns[0].pinned = false;
    // the double still goes to its own column when it is seen, and to the widened one when it lands
    QCOMPARE(told(evolve(table, "a=double a=number")), "widen_column a bigint -> numeric");
    QCOMPARE(placementOf(table, {"a"}, Kind::Double), 0);
    QVERIFY(table.columns[0].kinds.has(Kind::Double));
    QVERIFY(evolve(table, "a=int53 a=double a=number").empty());
}

void TstSchemaFold::keepsKeysThatAreIdsOutOfTheTable()
{
    TableSchema table;
    QCOMPARE(told(evolve(table, "users.17=int53 users.18=string users.19.name=string 5=bool")),
             "create_table t\n"
             "overflow users.17: a key that is an id gets no column\n"
             "overflow 5: a key that is an id gets no column");
    QVERIFY(table.columns.empty());
}

void TstSchemaFold::stopsAtAHundredChildrenOfAParent()
{
    QString words;
    for (int i = 0; i < 150; ++i)
        words += QString("map.k%1=int53 deep.k%1.x=int53 flat%1=int53 ").arg(i);
    TableSchema table;
    const Changes changes = evolve(table, words);
    const QString text = told(changes);
    QCOMPARE(text.count("overflow"), 2);
    QVERIFY(text.contains("overflow map.k100: its parent has 100 children already"));
    QVERIFY(text.contains("overflow deep.k100: its parent has 100 children already"));
    QCOMPARE(table.columns.size(), 350u);
    QCOMPARE(told(evolve(table, "map.k3=string deep.k3.y=bool")),
             "variant_column map_k3__text text (map.k3)\nadd_column deep_k3_y boolean (deep.k3.y)");
}

void TstSchemaFold::stopsAtTheLastColumnOfATable()
{
    QString words;
    for (int i = 0; i < 2'000; ++i)
        words += QString("k%1=int53 ").arg(i);
    TableSchema table;
    const QString text = told(evolve(table, words));
    QCOMPARE(text.count("add_column"), 792);
    QCOMPARE(text.count("overflow"), 1);
    QCOMPARE(table.attributesUsed, 800);
    QCOMPARE(told(evolve(table, "k1=string")),
             "overflow k1: the table has used 800 columns, dropped ones included");
    QCOMPARE(told(evolve(table, "k1=double")), "widen_column k1 bigint -> double precision");
}

void TstSchemaFold::stopsWideningAColumn()
{
    TableSchema table;
    evolve(table, "a=int53");
    table.columns[0].widenings = 2;
    evolve(table, "a=double");
    QCOMPARE(columnsOf(table), "a:bigint a__double:double");
}

void TstSchemaFold::stopsAtTheLastColumnOfAPath()
{
    Limits limits;
    limits.columnsPerPathMax = 2;
    TableSchema table;
    QCOMPARE(told(evolve(table, "a=int53 a=string a=bool", limits)),
             "create_table t\nadd_column a bigint (a)\nvariant_column a__text text (a)\n"
             "overflow a: it has 2 columns already");
}

void TstSchemaFold::namesTheRecordThatCausedAChange()
{
    const auto seen = sightingsOf("a=int53 b=bool a=string", 40);
    TableSchema table;
    const Changes changes = diff(table, seen, Limits{});
    QCOMPARE(changes.size(), 4u);
    QCOMPARE(std::get<CreateTable>(changes[0]).cause.offset, Offset(40));
    QCOMPARE(std::get<AddColumn>(changes[2]).cause.offset, Offset(41));
    QCOMPARE(std::get<AddColumn>(changes[3]).cause.sample, std::string("a=string"));
}

MR_TEST(TstSchemaFold)
#include "tst_schema_fold.moc"
