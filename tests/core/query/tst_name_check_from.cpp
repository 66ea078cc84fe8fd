// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/name_check.h"
#include "core/query/parse_tree.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// What a FROM lets be seen, in its own parts and outside.
class TstNameCheckFrom : public QObject
{
    Q_OBJECT

private slots:
    void scopesAreThoseOfPostgres_data();
    void scopesAreThoseOfPostgres();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

namespace {

void row(const char* sql, bool passes)
{
    QTest::newRow(sql) << std::string(sql) << passes;
}

void functionRows()
{
    row("SELECT i.value FROM orders, jsonb_array_elements(items) i", true);
    row("SELECT i FROM orders, jsonb_array_elements(items) i", true);
    row("SELECT i.i FROM orders, jsonb_array_elements(items) i", false);
    row("SELECT value FROM orders, jsonb_array_elements(items)", true);
    row("SELECT e.key, value FROM orders o, jsonb_each(o._more) e", true);
    row("SELECT e FROM orders o, jsonb_each(o._more) e", false);
    row("SELECT k, k.k FROM orders o, jsonb_object_keys(o._more) k", true);
    row("SELECT k.value FROM orders o, jsonb_object_keys(o._more) k", false);
    row("SELECT n.n FROM generate_series(1, 3) n", true);
    row("SELECT generate_series FROM generate_series(1, 3)", true);
    row("SELECT s.day, s FROM generate_series(1, 3) AS s (day)", true);
    row("SELECT s.s FROM generate_series(1, 3) AS s (day)", false);
    row("SELECT n, ordinality FROM generate_series(1, 3) WITH ORDINALITY n", true);
    row("SELECT n.evil FROM generate_series(1, 3) WITH ORDINALITY n", false);
    row("SELECT a, b FROM unnest(ARRAY[1]) WITH ORDINALITY AS u (a, b)", true);
    row("SELECT 1 FROM unnest(ARRAY[1]) AS u (a, b)", false);
}

void lateralRows()
{
    row("SELECT 1 FROM jsonb_array_elements(o.items) i, orders o", false);
    row("SELECT 1 FROM orders o, (SELECT o.city) s", false);
    row("SELECT 1 FROM orders o, LATERAL (SELECT o.city) s", true);
    row("SELECT s.city FROM orders o JOIN LATERAL (SELECT o.city) s ON true", true);
    row("SELECT 1 FROM LATERAL (SELECT o.city) s, orders o", false);
    row("SELECT (SELECT 1 FROM (SELECT o.city) s) FROM orders o", true);
    // The nearest o that may be seen is the outer one, which has no tier: a call of tier(o).
    row("SELECT (SELECT 1 FROM customers o, (SELECT o.tier) s) FROM orders o", false);
    row("SELECT (SELECT 1 FROM customers o, LATERAL (SELECT o.tier) s) FROM orders o", true);
}

void joinRows()
{
    row("SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.customer_id", true);
    row("SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.city", false);
    row("SELECT 1 FROM orders a, orders b JOIN orders c ON a.city = c.city", false);
    row("SELECT 1 FROM orders a JOIN orders b ON c.city = '' JOIN orders c ON true", false);
    row("SELECT (SELECT 1 FROM customers o, orders a JOIN orders b ON o.tier = '') FROM orders o",
        false);
    row("SELECT j.tier FROM (orders JOIN customers USING (customer_id)) AS j", true);
    row("SELECT orders.city FROM (orders JOIN customers USING (customer_id)) AS j", false);
    row("SELECT orders.city FROM (orders JOIN customers USING (customer_id))", true);
    row("SELECT u.customer_id FROM orders JOIN customers USING (customer_id) AS u", true);
    row("SELECT u.city FROM orders JOIN customers USING (customer_id) AS u", false);
    row("SELECT 1 FROM orders JOIN customers USING (city)", false);
    // USING puts its column first, so that it is the one renamed.
    row("SELECT s.a FROM (SELECT * FROM orders JOIN customers USING (customer_id)) AS s (a)", true);
    row("SELECT s.customer_id FROM (SELECT * FROM orders JOIN customers USING (customer_id)) "
        "AS s (a)",
        false);
}

} // namespace

void TstNameCheckFrom::scopesAreThoseOfPostgres_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("passes");
    functionRows();
    lateralRows();
    joinRows();
    row("SELECT o.a, o._generation FROM orders AS o (a)", true);
    row("SELECT o._partition FROM orders AS o (a)", false);
    row("SELECT orders.city FROM orders o", false);
    row("SELECT orders.city FROM public.orders", true);
    row("SELECT * FROM ONLY orders", false);
    row("SELECT w.b FROM (WITH w (a, b) AS (SELECT 1, 2) SELECT * FROM w) AS w", true);
}

void TstNameCheckFrom::scopesAreThoseOfPostgres()
{
    QFETCH(std::string, sql);
    QFETCH(bool, passes);
    const auto tree = parseTree(sql);
    QVERIFY(tree);
    const auto found = NameCheck(m_catalogue, sql).run(**tree);
    QVERIFY2(!found.has_value() == passes, found ? found->message.c_str() : sql.c_str());
}

MR_TEST(TstNameCheckFrom)
#include "tst_name_check_from.moc"
