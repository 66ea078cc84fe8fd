// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/statement_lists.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace millrace::query;

/// Wall A alone, by our own lists and by the rules that lists cannot show.
class TstStatementCheck : public QObject
{
    Q_OBJECT

private slots:
    void refusesEveryAttack();
    void acceptsWhatAnalystsWrite();
    void aRefusalNamesPlaceAndNearestName_data();
    void aRefusalNamesPlaceAndNearestName();
    void aNameBehindADotIsAColumnOfThatTable_data();
    void aNameBehindADotIsAColumnOfThatTable();
    void namesTheTopicsThatAreRead();
    void knowsWhatAsksForTheTime_data();
    void knowsWhatAsksForTheTime();
    void textIsBounded();
    void nestingIsSafe_data();
    void nestingIsSafe();
    void parametersTravelAlong();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstStatementCheck::refusesEveryAttack()
{
    const auto attacks = tests::ownStatements("attacks.sql");
    QVERIFY(attacks.size() >= 150);
    std::set<std::string> headings;
    for (const auto& [name, sql, heading, expect] : attacks) {
        headings.insert(heading);
        const auto checked = checkStatement(sql, m_catalogue);
        QVERIFY2(!checked, sql.c_str());
        const Problem& problem = checked.problems().front();
        QVERIFY2(problem.message.size() > 10 && problem.field == "query", sql.c_str());
        QVERIFY2(problem.position && *problem.position >= 1 &&
                     *problem.position <= static_cast<int>(sql.size()) + 1,
                 sql.c_str());
    }
    QCOMPARE(headings.size(), std::size_t{12});
}

void TstStatementCheck::acceptsWhatAnalystsWrite()
{
    const auto honest = tests::ownStatements("honest.sql");
    QVERIFY(honest.size() >= 100);
    QStringList refused;
    for (const auto& [name, sql, heading, expect] : honest)
        if (const auto checked = checkStatement(sql, m_catalogue); !checked)
            refused += QString::fromStdString(sql + ": " + checked.problems().front().message);
    QVERIFY2(refused.isEmpty(), qPrintable(refused.join("\n")));
}

void TstStatementCheck::aRefusalNamesPlaceAndNearestName_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<std::string>("code");
    QTest::addColumn<int>("position");
    QTest::addColumn<std::string>("nearest");
    const auto row = [](const char* sql, const char* code, int position, const char* nearest) {
        QTest::newRow(sql) << std::string(sql) << std::string(code) << position
                           << std::string(nearest);
    };
    row("SELECT staus FROM orders", "unknown_name", 8, "status");
    row("SELECT o.citty FROM orders o", "unknown_name", 8, "city");
    row("SELECT * FROM ordres", "unknown_name", 15, "orders");
    row("SELECT * FROM \"Customer-Events\"", "unknown_name", 15, "customers");
    row("SELECT 'ü', cuont(*) FROM orders", "refused", 13, "count");
    row("SELECT x.status FROM orders o", "unknown_name", 8, "o");
    row("SELECT FROM WHERE", "syntax", 13, "");
    row("", "syntax", 1, "");
    row("SELECT 1; SELECT 2", "refused", 1, "");
}

void TstStatementCheck::aRefusalNamesPlaceAndNearestName()
{
    QFETCH(std::string, sql);
    QFETCH(std::string, code);
    QFETCH(int, position);
    QFETCH(std::string, nearest);
    const auto checked = checkStatement(sql, m_catalogue);
    QVERIFY(!checked);
    const Problem& problem = checked.problems().front();
    QCOMPARE(problem.code, code);
    QCOMPARE(problem.position, std::optional(position));
    QCOMPARE(problem.nearest, nearest);
}

/// PostgreSQL reads t.f as f(t) where t has no column f.
void TstStatementCheck::aNameBehindADotIsAColumnOfThatTable_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char* sql, bool passes) {
        QTest::newRow(sql) << std::string(sql) << passes;
    };
    row("SELECT o.status FROM orders o", true);
    row("SELECT o.s FROM orders AS o (a, b, c, d, e, f, g, h, s)", true);
    row("SELECT o.evil FROM orders o", false);
    row("SELECT o.evil AS evil FROM orders o", false);
    row("SELECT o.evil FROM orders o, (SELECT 1 AS evil) z", false);
    row("WITH z AS (SELECT 1 AS evil) SELECT o.evil FROM orders o, z", false);
    row("SELECT orders.evil, 1 AS evil FROM orders", false);
    row("SELECT (o).status FROM orders o", false);
}

void TstStatementCheck::aNameBehindADotIsAColumnOfThatTable()
{
    QFETCH(std::string, sql);
    QFETCH(bool, passes);
    QCOMPARE(static_cast<bool>(checkStatement(sql, m_catalogue)), passes);
}

void TstStatementCheck::namesTheTopicsThatAreRead()
{
    const auto one = checkStatement("SELECT 1", m_catalogue);
    QVERIFY(one);
    QVERIFY(one->topics.empty());
    QVERIFY(one->isForeign);
    const auto both = checkStatement("WITH c AS (SELECT * FROM customers) SELECT (SELECT count(*) "
                                     "FROM orders o WHERE o.customer_id = c.customer_id) FROM c",
                                     m_catalogue);
    QVERIFY(both);
    QCOMPARE(both->topics, (std::vector<std::string>{"Customer-Events", "orders"}));
}

void TstStatementCheck::knowsWhatAsksForTheTime_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("isVolatile");
    const auto row = [](const char* sql, bool isVolatile) {
        QTest::newRow(sql) << std::string(sql) << isVolatile;
    };
    row("SELECT count(*) FROM orders", false);
    row("SELECT date_trunc('day', created_at) FROM orders", false);
    row("SELECT now()", true);
    row("SELECT current_date", true);
    row("SELECT localtimestamp", true);
    row("SELECT random()", true);
    row("SELECT age(created_at) FROM orders", true);
    row("SELECT count(*) FROM orders WHERE created_at > (SELECT clock_timestamp())", true);
    row("SELECT 'now'::timestamptz", true);
    row("SELECT 'today'::date", true);
    row("SELECT count(*) FROM orders WHERE created_at > 'yesterday'", true);
    row("SELECT count(*) FROM orders WHERE created_at > ' Tomorrow '", true);
    row("SELECT count(*) FROM orders WHERE created_at > '2024-01-01'", false);
}

void TstStatementCheck::knowsWhatAsksForTheTime()
{
    QFETCH(std::string, sql);
    QFETCH(bool, isVolatile);
    const auto checked = checkStatement(sql, m_catalogue);
    QVERIFY(checked);
    QCOMPARE(checked->isVolatile, isVolatile);
}

void TstStatementCheck::textIsBounded()
{
    const std::string longest = "SELECT '" + std::string(statementBytesMax - 9, 'x') + "'";
    QCOMPARE(longest.size(), statementBytesMax);
    QVERIFY(checkStatement(longest, m_catalogue));
    QCOMPARE(checkStatement(longest + " ", m_catalogue).problems().front().code, "limit");
    QCOMPARE(checkStatement(std::string("SELECT 1\0", 9), m_catalogue).problems().front().code,
             "syntax");
    QCOMPARE(checkStatement("SELECT '\xff'", m_catalogue).problems().front().code, "syntax");
}

void TstStatementCheck::nestingIsSafe_data()
{
    QTest::addColumn<std::string>("begin");
    QTest::addColumn<std::string>("unit");
    QTest::addColumn<std::string>("end");
    const auto row = [](const char* name, const char* begin, const char* unit, const char* end) {
        QTest::newRow(name) << std::string(begin) << std::string(unit) << std::string(end);
    };
    row("sums", "SELECT 1", "+1", "");
    row("minus", "SELECT ", "- ", "_offset FROM orders");
    row("not", "SELECT ", "NOT ", "true");
    row("parentheses", "SELECT ", "(", "1");
    row("selects", "SELECT ", "(SELECT ", "1");
    row("casts", "SELECT 1", "::int", "");
    row("subscripts", "SELECT ARRAY[1]", "[1]", "");
    row("unions", "SELECT 1", " UNION SELECT 1", "");
    row("cases", "SELECT ", "CASE WHEN true THEN ", "1");
    row("brackets", "SELECT ARRAY", "[", "");
    row("joins", "SELECT 1 FROM orders", " CROSS JOIN orders", "");
}

void TstStatementCheck::nestingIsSafe()
{
    QFETCH(std::string, begin);
    QFETCH(std::string, unit);
    QFETCH(std::string, end);
    std::string sql = begin;
    while (sql.size() + unit.size() + end.size() <= statementBytesMax)
        sql += unit;
    QVERIFY(!checkStatement(sql + end, m_catalogue));
}

void TstStatementCheck::parametersTravelAlong()
{
    const auto checked =
        checkStatement("SELECT count(*) FROM orders WHERE status = $1", m_catalogue, {{"paid"}});
    QVERIFY(checked);
    QCOMPARE(checked->params, (std::vector<std::optional<std::string>>{"paid"}));
    QVERIFY(!checked->isVolatile);
    const auto today = checkStatement("SELECT $1::date, $2::int", m_catalogue, {{"today"}, {}});
    QVERIFY(today);
    QVERIFY(today->isVolatile);
    for (const char* sql : {"SELECT $0", "SELECT $2", "SELECT $2147483647"}) {
        const auto refused = checkStatement(sql, m_catalogue, {{"paid"}});
        QVERIFY2(!refused, sql);
        QCOMPARE(refused.problems().front().code, "missing");
        QCOMPARE(refused.problems().front().position, std::optional(8));
    }
}

MR_TEST(TstStatementCheck)
#include "tst_statement_check.moc"
