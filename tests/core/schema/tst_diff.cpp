// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/diff.h"
#include "tests/core/schema/schema_words.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::schema;
using namespace millrace::tests;

class TstDiff : public QObject
{
    Q_OBJECT

private slots:
    void makesColumnsForKinds_data();
    void makesColumnsForKinds();
    void changesNothingForWhatItHolds();
    void createsTheTableForRecordsWithoutKeys();
    void addsVariantsWhereRewritingIsForbidden_data();
    void addsVariantsWhereRewritingIsForbidden();
    void changesNothingButKindsUnderOtherContracts();
    void recognisesKeysThatAreIds_data();
    void recognisesKeysThatAreIds();
    void placesAValueInTheFirstColumnThatHoldsIt();
    void appliesItsOwnChanges();
};

void TstDiff::makesColumnsForKinds_data()
{
    QTest::addColumn<QString>("seen");
    QTest::addColumn<QString>("columns");
    QTest::newRow("bool") << "a=bool"
                          << "a:bool";
    QTest::newRow("integers") << "a=int53 a=int64"
                              << "a:bigint";
    QTest::newRow("integer, then decimal") << "a=int53 a=double"
                                           << "a:double";
    QTest::newRow("decimal, then integer") << "a=double a=int53"
                                           << "a:double";
    QTest::newRow("big integer, decimal") << "a=int64 a=double"
                                          << "a:numeric";
    QTest::newRow("decimal, big integer") << "a=double a=int64"
                                          << "a:numeric";
    QTest::newRow("long number") << "a=number a=int53"
                                 << "a:numeric";
    QTest::newRow("all numbers") << "a=int53 a=double a=number"
                                 << "a:numeric";
    QTest::newRow("first string is a time") << "a=timestamp a=string a=timestamp"
                                            << "a:timestamptz a__text:text";
    QTest::newRow("first string is not") << "a=string a=timestamp"
                                         << "a:text";
    QTest::newRow("text never takes numbers") << "a=string a=int53"
                                              << "a:text a__bigint:bigint";
    QTest::newRow("a variant widens too") << "a=string a=int53 a=double"
                                          << "a:text a__bigint:double";
    QTest::newRow("every class") << "a=int53 a=string a=bool a=json a=timestamp"
                                 << "a:bigint a__text:text a__bool:bool a__jsonb:jsonb";
    QTest::newRow("scalar and object are two paths") << "a=int53 a.b=int53"
                                                     << "a:bigint a_b:bigint";
    QTest::newRow("order of records, not of paths") << "a=int53 b=int53 a=string"
                                                    << "a:bigint b:bigint a__text:text";
}

void TstDiff::makesColumnsForKinds()
{
    QFETCH(QString, seen);
    TableSchema table;
    evolve(table, seen);
    QTEST(columnsOf(table), "columns");
    TableSchema again = table;
    QVERIFY(evolve(again, seen).empty());
    TableSchema oneByOne;
    for (const QString& word : seen.split(' '))
        evolve(oneByOne, word);
    QCOMPARE(columnsOf(oneByOne), columnsOf(table));
}

void TstDiff::changesNothingForWhatItHolds()
{
    TableSchema table;
    QCOMPARE(told(evolve(table, "a=int53 b.c=string")),
             "create_table t\nadd_column a bigint (a)\nadd_column b_c text (b.c)");
    QCOMPARE(told(evolve(table, "b.c=string a=int53")), "");
    QCOMPARE(told(evolve(table, "a=int64")), "grow_kinds a int53,int64");
    QCOMPARE(told(evolve(table, "a=int64 a=int53")), "");
    QCOMPARE(told(evolve(table, "a=double")), "widen_column a bigint -> numeric");
    QCOMPARE(table.columns[0].widenings, 1);
}

void TstDiff::createsTheTableForRecordsWithoutKeys()
{
    TableSchema table;
    QCOMPARE(told(evolve(table, "")), "create_table t");
    QCOMPARE(table.attributesUsed, 8);
    QCOMPARE(told(evolve(table, "")), "");
}

void TstDiff::addsVariantsWhereRewritingIsForbidden_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("then");
    QTest::addColumn<QString>("columns");
    QTest::newRow("decimal") << "a=int53"
                             << "a=double a=int64"
                             << "a:bigint a__double:double";
    QTest::newRow("decimal after big integers") << "a=int64"
                                                << "a=double"
                                                << "a:bigint a__numeric:numeric";
    QTest::newRow("all numbers") << "a=int53"
                                 << "a=double a=number"
                                 << "a:bigint a__double:double a__numeric:numeric";
    QTest::newRow("double, then big") << "a=double"
                                      << "a=int64"
                                      << "a:double a__numeric:numeric";
}

void TstDiff::addsVariantsWhereRewritingIsForbidden()
{
    QFETCH(QString, first);
    QFETCH(QString, then);
    for (const bool pinned : {false, true}) {
        TableSchema table;
        evolve(table, first);
        table.rewritable = pinned;
        table.columns[0].pinned = pinned;
        evolve(table, then);
        QTEST(columnsOf(table), "columns");
    }
}

void TstDiff::changesNothingButKindsUnderOtherContracts()
{
    for (const Contract contract : {Contract::Freeze, Contract::Strict}) {
        TableSchema table;
        evolve(table, "a=int53");
        table.contract = contract;
        QCOMPARE(told(evolve(table, "b=int53 a=string a=double a=int64 123=bool")),
                 "grow_kinds a int53,int64");
        TableSchema none;
        none.contract = contract;
        QCOMPARE(told(evolve(none, "b=int53")), "create_table t");
    }
}

void TstDiff::recognisesKeysThatAreIds_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("isId");
    QTest::newRow("digits") << "7" << true;
    QTest::newRow("uuid") << "6ba7b810-9dad-11d1-80b4-00c04fd430c8" << true;
    QTest::newRow("upper-case uuid") << "6BA7B810-9DAD-11D1-80B4-00C04FD430C8" << true;
    QTest::newRow("uuid with a letter beyond f") << "6ba7b810-9dad-11d1-80b4-00c04fd430cg" << false;
    QTest::newRow("16 hexadecimal digits") << "deadbeefdeadbeef" << true;
    QTest::newRow("15 hexadecimal digits") << "deadbeefdeadbee" << false;
    QTest::newRow("word") << "amount" << false;
    QTest::newRow("year in a word") << "y2024" << false;
    QTest::newRow("signed") << "-7" << false;
    QTest::newRow("empty") << "" << false;
}

void TstDiff::recognisesKeysThatAreIds()
{
    QFETCH(QString, key);
    QTEST(isIdLikeKey(key.toStdString()), "isId");
}

void TstDiff::placesAValueInTheFirstColumnThatHoldsIt()
{
    TableSchema table;
    evolve(table, "a=timestamp a=string a=int53");
    QCOMPARE(placementOf(table, {"a"}, Kind::Timestamp), 0);
    QCOMPARE(placementOf(table, {"a"}, Kind::String), 1);
    QCOMPARE(placementOf(table, {"a"}, Kind::Int64), 2);
    QCOMPARE(placementOf(table, {"a"}, Kind::Bool), -1);
    QCOMPARE(placementOf(table, {"b"}, Kind::Int53), -1);
}

void TstDiff::appliesItsOwnChanges()
{
    TableSchema table;
    evolve(table, "a=int53");
    QCOMPARE(table.table, std::string("t"));
    QCOMPARE(table.attributesUsed, 9);
    const TableSchema before = table;
    const Changes changes = diff(before, sightingsOf("a=double b=bool"), Limits{});
    const TableSchema after = schema::apply(before, changes);
    QCOMPARE(after.attributesUsed, 10);
    QCOMPARE(columnsOf(after), "a:double b:bool");
    QCOMPARE(columnsOf(schema::apply(before, {})), "a:bigint");
}

MR_TEST(TstDiff)
#include "tst_diff.moc"
