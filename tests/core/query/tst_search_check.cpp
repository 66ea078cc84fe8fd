// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// Work that grows with two lengths at once, which the server does not interrupt.
class TstSearchCheck : public QObject
{
    Q_OBJECT

private slots:
    void oneSideIsShort_data();
    void oneSideIsShort();
    void whatIsGatheredIsNotSearched_data();
    void whatIsGatheredIsNotSearched();
    void aParameterIsAsShortAsItsValue();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstSearchCheck::oneSideIsShort_data()
{
    QTest::addColumn<std::string>("expression");
    QTest::addColumn<bool>("passes");
    const auto row = [](const std::string& expression, bool passes) {
        QTest::newRow(expression.substr(0, 80).c_str()) << expression << passes;
    };
    row("city LIKE 'B%'", true);
    row("city NOT ILIKE '%' || 'b' || '%'", true);
    row("city LIKE '" + std::string(100, 'a') + "'", true);
    row("city LIKE '" + std::string(101, 'a') + "'", false);
    row("city LIKE status", false);
    row("city LIKE '%' || status || '%'", false);
    row("city LIKE '%' || left(status, 100) || '%'", true);
    row("city LIKE '%' || left(status, 101) || '%'", false);
    row("city LIKE left(status, -1)", false);
    row("city LIKE left(status, length(status))", false);
    row("city LIKE 'a!%' ESCAPE '!'", true);
    row("city LIKE status ESCAPE '!'", false);
    row("city LIKE ANY (ARRAY['a%', 'b%'])", true);
    row("city LIKE ANY (ARRAY['a%', status])", false);
    row("city ~~ status", false);
    row("city LIKE ANY (SELECT tier FROM customers)", false);
    row("trim(city)", true);
    row("trim(BOTH 'x' FROM city)", true);
    row("btrim(city, status)", false);
    row("ltrim(city, status)", false);
    row("rtrim(city, status)", false);
    row("translate(city, 'ab', 'cd')", true);
    row("translate(city, status, '')", false);
    row("strpos(city, 'a')", true);
    row("strpos(city, status)", false);
    row("position('a' IN city)", true);
    row("position(status IN city)", false);
    row("position(status::varchar(5) IN city)", false);
    row("split_part(city, '-', length(status))", true);
    row("split_part(city, status, 1)", false);
    row("string_to_array(city, ',')", true);
    row("string_to_array(city, status)", false);
    row("replace(city, status, 'x')", false);
    row("items @> '{\"a\": 1}'", true);
    row("'{\"a\": 1}' <@ items", true);
    row("items @> '\"" + std::string(999, 'a') + "\"'", false);
    row("items @> _more", false);
    row("items <@ _more", false);
    row("string_to_array(city, ',') && ARRAY['a', 'b']", true);
    row("string_to_array(city, ',') && string_to_array(status, ',')", false);
    row("items ?| ARRAY['a', 'b']", true);
    row("items ?& string_to_array(city, ',')", false);
    row("items @> ANY (SELECT items FROM orders)", false);
    row("starts_with(city, status)", true);
}

void TstSearchCheck::oneSideIsShort()
{
    QFETCH(std::string, expression);
    QFETCH(bool, passes);
    const auto checked = checkStatement("SELECT " + expression + " FROM orders", m_catalogue);
    QVERIFY2(static_cast<bool>(checked) == passes,
             checked ? "passed" : checked.problems().front().message.c_str());
}

void TstSearchCheck::whatIsGatheredIsNotSearched_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char* sql, bool passes) {
        QTest::newRow(sql) << std::string(sql) << passes;
    };
    row("SELECT status, array_agg(city) FROM orders WHERE city LIKE 'B%' GROUP BY status", true);
    row("SELECT strpos(string_agg(city, ''), 'a') FROM orders", false);
    row("SELECT array_agg(city) @> ARRAY['a'] FROM orders", false);
    row("SELECT trim(string_agg(city, '')) FROM orders", true);
    row("SELECT strpos(s, 'a') FROM (SELECT string_agg(city, '') AS s FROM orders) z", false);
    row("WITH z AS (SELECT string_agg(city, '') AS s FROM orders) SELECT s LIKE '%a' FROM z",
        false);
    row("SELECT s FROM (SELECT string_agg(city, '') AS s FROM orders) z", true);
    row("SELECT count(*) FROM (SELECT jsonb_agg(city) AS s FROM orders WHERE city LIKE 'a') z",
        false);
    row("SELECT (SELECT string_agg(city, '') FROM orders) LIKE '%a%'", false);
    row("SELECT array_length(a, 1) FROM (SELECT array_agg(city) AS a FROM orders) z", true);
}

void TstSearchCheck::whatIsGatheredIsNotSearched()
{
    QFETCH(std::string, sql);
    QFETCH(bool, passes);
    QCOMPARE(static_cast<bool>(checkStatement(sql, m_catalogue)), passes);
}

void TstSearchCheck::aParameterIsAsShortAsItsValue()
{
    const char* sql = "SELECT strpos(city, $1) FROM orders";
    QVERIFY(checkStatement(sql, m_catalogue, {{std::string(100, 'a')}}));
    QVERIFY(!checkStatement(sql, m_catalogue, {{std::string(101, 'a')}}));
    QVERIFY(checkStatement(sql, m_catalogue, {std::nullopt}));
}

MR_TEST(TstSearchCheck)
#include "tst_search_check.moc"
