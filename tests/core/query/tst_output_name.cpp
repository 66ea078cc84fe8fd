// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/output_name.h"
#include "core/query/parse_tree.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

/// The names were read from the answers of PostgreSQL 15.
class TstOutputName : public QObject
{
    Q_OBJECT

private slots:
    void columnsAreCalledAsPostgresCallsThem_data();
    void columnsAreCalledAsPostgresCallsThem();
};

namespace {

/// Of the first column.
std::string nameIn(const ProtobufCMessage& message)
{
    const bool isColumn = nodeName(message) == "ResTarget";
    std::string name;
    eachChild(message, [&](const ProtobufCMessage& child) {
        name = isColumn ? std::string(outputName(child)) : nameIn(child);
        return false;
    });
    return name;
}

} // namespace

void TstOutputName::columnsAreCalledAsPostgresCallsThem_data()
{
    QTest::addColumn<std::string>("expression");
    QTest::addColumn<std::string>("name");
    const auto row = [](const char* expression, const char* name) {
        QTest::newRow(expression) << std::string(expression) << std::string(name);
    };
    row("1", "?column?");
    row("1 + a", "?column?");
    row("a IS NULL", "?column?");
    row("a AND b", "?column?");
    row("a", "a");
    row("t.a", "a");
    row("a[1]", "a");
    row("a COLLATE \"C\"", "a");
    row("count(*)", "count");
    row("pg_catalog.lower(a)", "lower");
    row("extract(hour FROM a)", "extract");
    row("a AT TIME ZONE 'UTC'", "timezone");
    row("trim(a)", "btrim");
    row("a::date", "a");
    row("1::int", "int4");
    row("true", "?column?");
    row("(a + 1)::numeric(9, 2)", "numeric");
    row("date '2024-01-01'", "date");
    row("interval '1 day'", "interval");
    row("CASE WHEN a THEN b END", "case");
    row("CASE WHEN a THEN 1 ELSE b END", "b");
    row("CASE WHEN a THEN 1 ELSE 2 END", "case");
    row("(CASE WHEN a THEN 1 ELSE 2 END)::text", "text");
    row("coalesce(a, b)", "coalesce");
    row("nullif(a, b)", "nullif");
    row("greatest(a, b)", "greatest");
    row("least(a, b)", "least");
    row("current_date", "current_date");
    row("current_time(0)", "current_time");
    row("current_timestamp(3)", "current_timestamp");
    row("localtime", "localtime");
    row("localtimestamp", "localtimestamp");
    row("grouping(a)", "grouping");
    row("ARRAY[1]", "array");
    row("ROW(1)", "row");
    row("EXISTS (SELECT 1)", "exists");
    row("ARRAY(SELECT 1)", "array");
    row("a IN (SELECT 1)", "?column?");
    row("(SELECT b)", "b");
    row("(SELECT 1 AS b)", "b");
    row("(SELECT 1)", "?column?");
    row("(SELECT 1 AS b UNION SELECT 2 AS c)", "b");
    row("(SELECT count(*) FROM t)::text", "count");
    row("(SELECT * FROM t)", "");
    row("(VALUES (1))", "");
    row("t.*", "");
}

void TstOutputName::columnsAreCalledAsPostgresCallsThem()
{
    QFETCH(std::string, expression);
    QFETCH(std::string, name);
    const auto tree = parseTree("SELECT " + expression);
    QVERIFY(tree);
    QCOMPARE(nameIn(**tree), name);
}

MR_TEST(TstOutputName)
#include "tst_output_name.moc"
