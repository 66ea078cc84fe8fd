// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstCallCheck : public QObject
{
    Q_OBJECT

private slots:
    void judgesCallsByTheirArguments_data();
    void judgesCallsByTheirArguments();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstCallCheck::judgesCallsByTheirArguments_data()
{
    QTest::addColumn<std::string>("expression");
    QTest::addColumn<bool>("passes");
    const auto row = [](const std::string& expression, bool passes) {
        QTest::newRow(expression.substr(0, 80).c_str()) << expression << passes;
    };
    row("count(*)", true);
    row("count()", true);
    row("count(1, 2)", false);
    row("pg_catalog.count(*)", true);
    row("public.count(*)", false);
    row("\"Count\"(*)", false);
    row("lpad(city, 1000)", true);
    row("lpad(city, 1001)", false);
    row("lpad(city, length(city))", false);
    row("regexp_replace(city, 'a+', 'b')", true);
    row("regexp_replace(city, status, 'b')", false);
    row("regexp_replace(city, '" + std::string(101, 'a') + "', 'b')", false);
    row("replace(city, 'a', 'b')", true);
    row("replace(city, 'a', city)", false);
    row("to_char(created_at, 'YYYY')", true);
    row("to_char(created_at, city)", false);
    row("power(amount, 64)", true);
    row("power(amount, 65)", false);
    row("power(amount, -64.0)", true);
    row("power(2, amount)", false);
    row("power(power(2, 2), 2)", false);
    row("amount ^ 2", true);
    row("amount ^ tax", false);
    row("(amount ^ 2) ^ 2", false);
    row("amount::numeric(1000)", true);
    row("amount::numeric(1001)", false);
    row("amount::money", false);
    row("city::varchar(10)", true);
    row("city::name", false);
    row("city = ANY ('{a,b}'::text[])", true);
    row("city COLLATE \"C\"", true);
    row("city COLLATE \"en_US\"", false);
    row("city COLLATE pg_catalog.\"C\"", false);
    row("1e308", true);
    row("1e309", false);
    row("city ~ 'a'", true);
    row("city ~ city", false);
    row("city ~ ANY (SELECT status FROM orders)", false);
    row("2 ^ ANY (SELECT amount FROM orders)", false);
    row("city SIMILAR TO 'a|b'", true);
    row("city SIMILAR TO status", false);
    row("substring(city FROM 2 FOR length(city) - 3)", true);
    row("substring(city FROM '^[a-z]+')", true);
    row("substring(city FROM customer_id::int)", true);
    row("substring(city FROM status)", false);
    row("substring(city SIMILAR status ESCAPE '#')", false);
    row("amount + 1", true);
    row("amount OPERATOR(pg_catalog.+) 1", false);
    row("amount <-> 1", false);
    row("amount = ANY (SELECT tax FROM orders)", true);
    row("current_date", true);
    row("current_user", false);
    row("(items->'a')->>'b'", true);
    row("(ARRAY[1, 2])[1]", true);
    row("generate_series(1, 2)", false);
    row("jsonb_array_elements(items)", true);
}

void TstCallCheck::judgesCallsByTheirArguments()
{
    QFETCH(std::string, expression);
    QFETCH(bool, passes);
    const auto checked = checkStatement("SELECT " + expression + " FROM orders", m_catalogue);
    QVERIFY2(static_cast<bool>(checked) == passes,
             checked ? "it passes" : checked.problems().front().message.c_str());
}

MR_TEST(TstCallCheck)
#include "tst_call_check.moc"
