// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// Bounds of a statement: the last that passes and the first that does not.
class TstTreeCheck : public QObject
{
    Q_OBJECT

private slots:
    void boundsHold_data();
    void boundsHold();
    void withNamesAreSeenBehindThemOnly_data();
    void withNamesAreSeenBehindThemOnly();
    void textsGrowOnFewLevels();

private:
    [[nodiscard]] bool passes(const std::string& sql) const
    {
        return static_cast<bool>(checkStatement(sql, m_catalogue));
    }
    const Catalogue m_catalogue = tests::shopCatalogue();
};

namespace {

std::string repeated(const std::string& unit, int count, const std::string& between)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += (i > 0 ? between : "") + unit;
    return all;
}

} // namespace

void TstTreeCheck::boundsHold_data()
{
    QTest::addColumn<std::string>("begin");
    QTest::addColumn<std::string>("unit");
    QTest::addColumn<std::string>("between");
    QTest::addColumn<std::string>("end");
    QTest::addColumn<int>("most");
    const auto row = [](const char* name, const char* begin, const char* unit, const char* between,
                        const char* end, int most) {
        QTest::newRow(name) << std::string(begin) << std::string(unit) << std::string(between)
                            << std::string(end) << most;
    };
    row("targets", "SELECT ", "1", ",", "", 200);
    row("relations", "SELECT 1 FROM ", "orders", ",", "", 8);
    row("joins", "SELECT 1 FROM ", "orders", " CROSS JOIN ", "", 8);
    row("sub-selects in FROM", "SELECT 1 FROM ", "(SELECT 1) s", ",", "", 8);
    row("set operations", "", "SELECT 1", " UNION ALL ", "", 17);
    row("cube", "SELECT 1 FROM orders GROUP BY CUBE (", "city", ",", ")", 6);
    row("rollup", "SELECT 1 FROM orders GROUP BY ROLLUP (", "city", ",", ")", 63);
    row("grouping sets", "SELECT 1 FROM orders GROUP BY GROUPING SETS (", "(city)", ",", ")", 64);
    row("series", "SELECT count(*) FROM generate_series(1, 1", "0", "", ")", 4);
}

void TstTreeCheck::boundsHold()
{
    QFETCH(std::string, begin);
    QFETCH(std::string, unit);
    QFETCH(std::string, between);
    QFETCH(std::string, end);
    QFETCH(int, most);
    QVERIFY(passes(begin + repeated(unit, most, between) + end));
    QVERIFY(!passes(begin + repeated(unit, most + 1, between) + end));
}

void TstTreeCheck::withNamesAreSeenBehindThemOnly_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char* sql, bool isGood) {
        QTest::newRow(sql) << std::string(sql) << isGood;
    };
    row("WITH a AS (SELECT 1 AS x) SELECT x FROM a", true);
    row("WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT x FROM b", true);
    row("WITH b AS (SELECT 1 FROM a), a AS (SELECT 1) SELECT 1 FROM b", false);
    row("WITH a AS (SELECT 1 FROM a) SELECT 1 FROM a", false);
    row("SELECT (WITH a AS (SELECT 1 AS x) SELECT x FROM a)", true);
    row("SELECT (WITH a AS (SELECT 1 AS x) SELECT x FROM a), (SELECT 1 FROM a)", false);
    row("WITH pg_class AS (SELECT 1 AS x) SELECT x FROM pg_class", true);
    row("WITH a AS (SELECT 1 AS x) SELECT x FROM public.a", false);
}

void TstTreeCheck::withNamesAreSeenBehindThemOnly()
{
    QFETCH(std::string, sql);
    QFETCH(bool, isGood);
    QCOMPARE(passes(sql), isGood);
}

/// Each level may make a text as many times longer as it has parts.
void TstTreeCheck::textsGrowOnFewLevels()
{
    std::string levels = "SELECT 'x'::text AS t";
    QVERIFY(passes(levels));
    int passed = 0;
    while (passes(levels) && passed < 20) {
        levels = "SELECT concat(t, t, t, t, t, t, t, t) AS t FROM (" + levels + ") s";
        ++passed;
    }
    QVERIFY2(passed >= 2 && passed <= 5, qPrintable(QString::number(passed)));
}

MR_TEST(TstTreeCheck)
#include "tst_tree_check.moc"
