// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/cost_gate.h"
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstCostGate : public QObject
{
    Q_OBJECT

private slots:
    void whatItsTablesBoundIsCheap_data();
    void whatItsTablesBoundIsCheap();
    void theLimitDecides();
};

namespace {

/// The shop with `rows` in each table.
Catalogue shopOf(double rows)
{
    std::vector<SourceTable> tables = tests::shopCatalogue().tables();
    for (SourceTable& table : tables)
        table.rowsMost = rows;
    return Catalogue(std::move(tables));
}

} // namespace

void TstCostGate::whatItsTablesBoundIsCheap_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<double>("rows");
    QTest::addColumn<bool>("isCheap");
    const auto row = [](const char* sql, double rows, bool isCheap) {
        QTest::addRow("%s, %g", sql, rows) << std::string(sql) << rows << isCheap;
    };
    row("SELECT 1", 1, true);
    row("SELECT count(*) FROM orders", 1e6, true);
    row("SELECT count(*) FROM orders", 1e8, false);
    row("SELECT count(*) FROM orders a JOIN orders b USING (order_id)", 1e3, true);
    row("SELECT count(*) FROM orders a JOIN orders b USING (order_id)", 1e4, false);
    row("SELECT count(*) FROM orders a JOIN orders b USING (order_id) JOIN orders c USING "
        "(order_id)",
        1e3, false);
    // what is not a plain SELECT from tables is planned, however small
    row("SELECT (SELECT max(order_id) FROM orders)", 1, false);
    row("SELECT 1 FROM (SELECT order_id FROM orders) AS a", 1, false);
    row("WITH a AS (SELECT order_id FROM orders) SELECT 1 FROM a", 1, false);
    row("SELECT order_id FROM orders UNION SELECT order_id FROM orders", 1, false);
    row("SELECT g FROM generate_series(1, 10) AS g", 1, false);
}

void TstCostGate::whatItsTablesBoundIsCheap()
{
    QFETCH(std::string, sql);
    QFETCH(double, rows);
    const auto statement = checkStatement(sql, shopOf(rows));
    QVERIFY2(statement, statement ? "" : statement.problems().front().message.c_str());
    QTEST(isSurelyCheap(*statement, {}), "isCheap");
}

void TstCostGate::theLimitDecides()
{
    Statement statement;
    statement.sql = "SELECT 1";
    QVERIFY(!isSurelyCheap(statement, {})); // nothing is known of it
    statement.rowsMost = 1'000;
    QVERIFY(isSurelyCheap(statement, {}));
    QueryLimits limits;
    limits.planCostMax = 1'000;
    QVERIFY(!isSurelyCheap(statement, limits));
    limits = {};
    limits.planRowsMax = 1'000;
    QVERIFY(!isSurelyCheap(statement, limits));
}

MR_TEST(TstCostGate)
#include "tst_cost_gate.moc"
