// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/table_schema.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::schema;
using namespace std::string_literals;

class TstTableSchema : public QObject
{
    Q_OBJECT

private slots:
    void showsPathsForPeople_data();
    void showsPathsForPeople();
    void namesContractsAndNamings();
};

void TstTableSchema::showsPathsForPeople_data()
{
    QTest::addColumn<Path>("path");
    QTest::addColumn<std::string>("text");
    QTest::newRow("whole message") << Path{} << "(message)"s;
    QTest::newRow("plain") << Path{"address", "city"} << "address.city"s;
    QTest::newRow("dot in a key") << Path{"a.b", "c"} << "\"a.b\".c"s;
    QTest::newRow("empty key") << Path{"a", ""} << "a.\"\""s;
    QTest::newRow("empty key first") << Path{"", "a"} << "\"\".a"s;
    QTest::newRow("space, quote, line end")
        << Path{"a b", "\"", "x\ny"} << "\"a b\".\"\\\"\".\"x\\u000ay\""s;
}

void TstTableSchema::showsPathsForPeople()
{
    QFETCH(Path, path);
    QTEST(displayPath(path), "text");
}

void TstTableSchema::namesContractsAndNamings()
{
    for (const Contract contract : {Contract::Evolve, Contract::Freeze, Contract::Strict})
        QCOMPARE(contractOf(contractName(contract)), std::optional(contract));
    for (const Naming naming : {Naming::Snake, Naming::Exact})
        QCOMPARE(namingOf(namingName(naming)), std::optional(naming));
    QVERIFY(!contractOf("Evolve") && !namingOf(""));
}

MR_TEST(TstTableSchema)
#include "tst_table_schema.moc"
