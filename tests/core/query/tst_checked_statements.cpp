// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/checked_statements.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using query::CheckedStatements;

class TstCheckedStatements : public QObject
{
    Q_OBJECT

private slots:
    void whatWasAllowedHasTheNewValues();
    void anotherCatalogueIsLookedAtAnew();
    void theNumberOfValuesCounts();
    void aValueThatMeansATimeIsNotForgotten();
    void manyTextsAreNotKept();

private:
    CheckedStatements m_checked;
    const std::shared_ptr<const query::Catalogue> m_shop =
        std::make_shared<const query::Catalogue>(tests::shopCatalogue());
};

void TstCheckedStatements::whatWasAllowedHasTheNewValues()
{
    for (const std::string value : {"1", "2"}) {
        const auto checked =
            m_checked.check("SELECT city FROM orders WHERE order_id = $1", m_shop, {value});
        QVERIFY(checked);
        QCOMPARE(checked->params.at(0).value(), value);
        QVERIFY(checked->isForeign);
        QCOMPARE(checked->topics, std::vector<std::string>{"orders"});
    }
}

void TstCheckedStatements::anotherCatalogueIsLookedAtAnew()
{
    QVERIFY(m_checked.check("SELECT city FROM orders", m_shop, {}));
    const auto empty = std::make_shared<const query::Catalogue>();
    QVERIFY(!m_checked.check("SELECT city FROM orders", empty, {}));
    QVERIFY(m_checked.check("SELECT city FROM orders", m_shop, {}));
}

void TstCheckedStatements::theNumberOfValuesCounts()
{
    QVERIFY(m_checked.check("SELECT $1, $2 FROM orders", m_shop, {{"a"}, {"b"}}));
    QVERIFY(!m_checked.check("SELECT $1, $2 FROM orders", m_shop, {{"a"}}));
    const auto surplus = m_checked.check("SELECT $1 FROM orders", m_shop, {{"a"}, {"b"}});
    QVERIFY(!surplus);
    QCOMPARE(surplus.problems().front().field, std::string("params"));
}

void TstCheckedStatements::aValueThatMeansATimeIsNotForgotten()
{
    const std::string sql = "SELECT count(*) FROM orders WHERE created_at < $1";
    const auto before = m_checked.check(sql, m_shop, {{"2026-01-01T00:00:00Z"}});
    QVERIFY(before && !before->isVolatile);
    const auto today = m_checked.check(sql, m_shop, {{"today"}});
    QVERIFY(today && today->isVolatile);
    const auto after = m_checked.check(sql, m_shop, {{"2026-01-01T00:00:00Z"}});
    QVERIFY(after && !after->isVolatile);
}

void TstCheckedStatements::manyTextsAreNotKept()
{
    for (int i = 0; i < 1'000; ++i)
        QVERIFY(
            m_checked.check("SELECT amount + " + std::to_string(i) + " FROM orders", m_shop, {}));
}

MR_TEST(TstCheckedStatements)
#include "tst_checked_statements.moc"
