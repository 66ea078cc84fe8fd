// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "core/query/time_casts.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// An answer that is kept must be the same tomorrow: a text of the data may be 'today'.
class TstTimeCasts : public QObject
{
    Q_OBJECT

private slots:
    void castsOfTextReadTheClock_data();
    void castsOfTextReadTheClock();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstTimeCasts::castsOfTextReadTheClock_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("isVolatile");
    const auto row = [](const char* sql, bool isVolatile) {
        QTest::newRow(sql) << std::string(sql) << isVolatile;
    };
    row("SELECT created_at::date FROM orders", false);
    row("SELECT o.created_at::date FROM orders o", false);
    row("SELECT max(created_at)::date FROM orders", false);
    row("SELECT (created_at + interval '1 day')::date FROM orders", false);
    row("SELECT (created_at AT TIME ZONE 'UTC')::date FROM orders", false);
    row("SELECT created_at::timestamp::date FROM orders", false);
    row("SELECT '2024-01-01'::date", false);
    row("SELECT amount::text, status::jsonb FROM orders", false);
    row("SELECT day::date FROM (SELECT date_trunc('day', _time) AS day FROM orders) s", false);
    row("SELECT '04:05 Europe/Berlin'::timetz", true);
    row("SELECT created_at::time AT TIME ZONE 'Europe/Berlin' FROM orders", true);
    row("SELECT make_time(4, 5, 0) AT TIME ZONE 'Europe/Berlin'", true);
    row("SELECT status::date FROM orders", true);
    row("SELECT max(status)::date FROM orders", true);
    row("SELECT (items->>'at')::timestamptz FROM orders", true);
    row("SELECT ('to' || 'day')::date", true);
    row("SELECT created_at::date FROM (SELECT status AS created_at FROM orders) s", true);
    row("SELECT created_at::date FROM customers AS c (created_at), orders", true);
    row("WITH w (created_at) AS (SELECT status FROM orders) SELECT created_at::date FROM w", true);
    row("SELECT lower::date FROM (SELECT lower(status) FROM orders) s", true);
    row("SELECT t::date FROM unnest(ARRAY['a']) t", true);
    row("SELECT value::date FROM orders, jsonb_array_elements_text(items)", true);
    row("SELECT column1::date FROM (VALUES ('a')) v", true);
    row("SELECT coalesce(status, '')::timestamp FROM orders", true);
    row("SELECT d::date FROM (SELECT now() AS d UNION SELECT 1) s, (SELECT city AS d FROM orders) "
        "t",
        true);
}

void TstTimeCasts::castsOfTextReadTheClock()
{
    QFETCH(std::string, sql);
    QFETCH(bool, isVolatile);
    const auto checked = checkStatement(sql, m_catalogue);
    QVERIFY2(checked, sql.c_str());
    QCOMPARE(checked->isVolatile, isVolatile);
}

MR_TEST(TstTimeCasts)
#include "tst_time_casts.moc"
