// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/name_check.h"
#include "core/query/parse_tree.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// Names in expressions: which column can be seen where, and what whole rows may be used for.
class TstNameCheck : public QObject
{
    Q_OBJECT

private slots:
    void columnsAreLookedUpWhereTheyStand_data();
    void columnsAreLookedUpWhereTheyStand();
    void outputNamesAreSeenByOrderAndGroupOnly_data();
    void outputNamesAreSeenByOrderAndGroupOnly();
    void wholeRowsGoToFewPlaces_data();
    void wholeRowsGoToFewPlaces();
    void refusalsOfferWhatCanBeSeen_data();
    void refusalsOfferWhatCanBeSeen();
    void starsDoNotMultiplyForEver();
    void topicsOfUnusedWithsCount();

private:
    std::optional<Problem> problem(const std::string& sql)
    {
        const auto tree = parseTree(sql);
        NameCheck check(m_catalogue, sql);
        auto found = check.run(**tree);
        m_topics = check.topics();
        return found;
    }
    void rows()
    {
        QTest::addColumn<std::string>("sql");
        QTest::addColumn<bool>("passes");
    }
    void compare()
    {
        QFETCH(std::string, sql);
        QFETCH(bool, passes);
        const auto found = problem(sql);
        QVERIFY2(!found.has_value() == passes, found ? found->message.c_str() : sql.c_str());
    }
    const Catalogue m_catalogue = tests::shopCatalogue();
    std::set<std::string, std::less<>> m_topics;
};

namespace {

void row(const char* sql, bool passes)
{
    QTest::newRow(sql) << std::string(sql) << passes;
}

} // namespace

void TstNameCheck::columnsAreLookedUpWhereTheyStand_data()
{
    rows();
    row("SELECT tier FROM orders, customers", true);
    row("SELECT tier FROM orders", false);
    row("SELECT (SELECT max(tier) FROM customers) FROM orders", true);
    row("SELECT (SELECT max(tier) FROM customers), tier FROM orders", false);
    row("SELECT (SELECT max(city) FROM customers) FROM orders", true); // from outside
    row("SELECT tier FROM (SELECT city FROM orders) s", false);
    row("SELECT s.evil, 1 AS evil FROM (SELECT city FROM orders) s", false);
    row("SELECT s.city FROM (SELECT * FROM orders) s", true);
    row("SELECT s.\"?column?\" FROM (SELECT 1) s", true);
    row("SELECT s.int4 FROM (SELECT 1::int) s", true);
    row("SELECT s.lower FROM (SELECT city FROM orders) s", false);
    row("SELECT s.lower FROM (SELECT lower(city) FROM orders) s", true);
    row("SELECT column2 FROM (VALUES (1, 2)) v", true);
    row("SELECT v.column3 FROM (VALUES (1, 2)) v", false);
    row("SELECT s.a FROM (SELECT 1 AS a UNION SELECT 2 AS b) s", true);
    row("SELECT s.b FROM (SELECT 1 AS a UNION SELECT 2 AS b) s", false);
    row("SELECT 1 UNION SELECT tier FROM orders", false);
    row("WITH w AS (SELECT city FROM orders) SELECT w.city FROM w", true);
    row("WITH w AS (SELECT city FROM orders) SELECT w.status FROM w", false);
    row("WITH w (a) AS (SELECT city FROM orders) SELECT a FROM w", true);
    row("WITH w (a) AS (SELECT city FROM orders) SELECT city FROM w", false);
    row("WITH orders AS (SELECT 1 AS a) SELECT city FROM orders", false);
    row("WITH orders AS (SELECT 1 AS a) SELECT city FROM public.orders", true);
    row("SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers o WHERE o.city = '')", false);
    row("SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE o.city = '')", true);
    row("SELECT (SELECT (SELECT o.city)) FROM orders o", true);
    row("SELECT sum(tax) FILTER (WHERE tier = '') FROM orders", false);
    row("SELECT sum(tax) OVER w FROM orders WINDOW w AS (ORDER BY tier)", false);
    row("SELECT 1 LIMIT (SELECT count(tier) FROM orders)", false);
    row("SELECT public.orders.city FROM orders", false);
    row("SELECT o.ctid FROM orders o", false);
}

void TstNameCheck::columnsAreLookedUpWhereTheyStand()
{
    compare();
}

void TstNameCheck::outputNamesAreSeenByOrderAndGroupOnly_data()
{
    rows();
    row("SELECT city AS place FROM orders ORDER BY place", true);
    row("SELECT city AS place FROM orders ORDER BY place || 'x'", false);
    row("SELECT city AS place, count(*) FROM orders GROUP BY place", true);
    row("SELECT city AS place, count(*) FROM orders GROUP BY ROLLUP (place)", true);
    row("SELECT city AS a, tax AS b FROM orders GROUP BY GROUPING SETS ((a, b), (a))", true);
    row("SELECT DISTINCT ON (place) city AS place FROM orders", true);
    row("SELECT city AS place FROM orders WHERE place = ''", false);
    row("SELECT count(*) AS n FROM orders HAVING n > 1", false);
    row("SELECT tax AS t, sum(tax) OVER (ORDER BY t) FROM orders", false);
    row("SELECT lower(city) FROM orders ORDER BY lower", true);
    row("SELECT city FROM orders UNION SELECT tier FROM customers ORDER BY city", true);
    row("SELECT city FROM orders UNION SELECT tier FROM customers ORDER BY tier", false);
}

void TstNameCheck::outputNamesAreSeenByOrderAndGroupOnly()
{
    compare();
}

/// Casts, operators and functions of users may take the row type of a table.
void TstNameCheck::wholeRowsGoToFewPlaces_data()
{
    rows();
    row("SELECT o FROM orders o", false);
    row("SELECT orders FROM orders", false);
    row("SELECT s FROM (SELECT 1) s", false);
    row("SELECT o::text FROM orders o", false);
    row("SELECT o || 'x' FROM orders o", false);
    row("SELECT lower(o) FROM orders o", false);
    row("SELECT (o.*)::text FROM orders o", false);
    row("SELECT o.* = o.* FROM orders o", false);
    row("SELECT array_agg(o) FROM orders o", false);
    row("SELECT array_agg(o.*) FROM orders o", false);
    row("SELECT ARRAY[o] FROM orders o", false);
    row("SELECT 1 FROM orders o ORDER BY o", false);
    row("SELECT coalesce(o, o) FROM orders o", false);
    row("VALUES ((SELECT o FROM orders o))", false);
    row("SELECT o.* FROM orders o", true);
    row("SELECT to_jsonb(o) FROM orders o", true);
    row("SELECT count(o), count(DISTINCT o.*) FROM orders o", true);
    row("SELECT 1 FROM orders o LEFT JOIN customers c USING (customer_id) WHERE c IS NULL", true);
    row("SELECT ROW(o.*) IS NULL FROM orders o", true);
    row("SELECT x.* FROM orders o", false);
}

void TstNameCheck::wholeRowsGoToFewPlaces()
{
    compare();
}

void TstNameCheck::refusalsOfferWhatCanBeSeen_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<int>("position");
    QTest::addColumn<std::string>("nearest");
    const auto row = [](const char* sql, int position, const char* nearest) {
        QTest::newRow(sql) << std::string(sql) << position << std::string(nearest);
    };
    row("SELECT plac FROM (SELECT city AS place FROM orders) s", 8, "place");
    row("SELECT s.plac FROM (SELECT city AS place FROM orders) s", 8, "place");
    row("SELECT c.contry FROM orders o, customers c", 8, "country");
    row("SELECT ordes.city FROM orders", 8, "orders");
    row("SELECT city FROM orders WHERE satus = ''", 31, "status");
    row("SELECT 1 FROM orders JOIN customers USING (custmer_id)", 27, "customer_id");
    row("WITH daily AS (SELECT 1 AS n) SELECT n FROM daly", 45, "daily");
}

void TstNameCheck::refusalsOfferWhatCanBeSeen()
{
    QFETCH(std::string, sql);
    QFETCH(int, position);
    QFETCH(std::string, nearest);
    const auto found = problem(sql);
    QVERIFY(found);
    QCOMPARE(found->code, "unknown_name");
    QCOMPARE(found->nearest, nearest);
    QCOMPARE(found->position, std::optional(position));
}

void TstNameCheck::starsDoNotMultiplyForEver()
{
    std::string sql = "WITH w0 AS (SELECT * FROM orders)";
    for (int i = 1; i < 60; ++i)
        sql += ", w" + std::to_string(i) + " AS (SELECT *, *, *, * FROM w" + std::to_string(i - 1) +
               ")";
    const auto found = problem(sql + " SELECT 1 FROM w59");
    QVERIFY(found);
    QCOMPARE(found->code, "limit");
}

void TstNameCheck::topicsOfUnusedWithsCount()
{
    QVERIFY(!problem("WITH w AS (SELECT 1 FROM customers) SELECT 1 LIMIT (SELECT 1 FROM orders)"));
    QCOMPARE(m_topics, (std::set<std::string, std::less<>>{"Customer-Events", "orders"}));
}

MR_TEST(TstNameCheck)
#include "tst_name_check.moc"
