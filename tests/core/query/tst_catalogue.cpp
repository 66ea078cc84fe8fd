// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/catalogue.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstCatalogue : public QObject
{
    Q_OBJECT

private slots:
    void findsByTableThenByTopic();
    void theNearestNamesAreFound();
};

void TstCatalogue::findsByTableThenByTopic()
{
    const Catalogue shop = tests::shopCatalogue();
    QCOMPARE(shop.find("orders")->topic, std::string("orders"));
    QCOMPARE(shop.find("Customer-Events")->name.name, std::string("customers"));
    QCOMPARE(shop.find("customers"), shop.find("Customer-Events"));
    QCOMPARE(shop.find("Orders"), nullptr);
    QCOMPARE(shop.find(""), nullptr);
}

void TstCatalogue::theNearestNamesAreFound()
{
    const Catalogue shop = tests::shopCatalogue();
    QCOMPARE(shop.nearestTable("ordres"), std::string_view("orders"));
    const SourceTable& orders = *shop.find("orders");
    QCOMPARE(orders.nearestColumn("ammount"), std::string_view("amount"));
    QCOMPARE(orders.column("amount")->type, schema::ColumnType::Numeric);
    QCOMPARE(orders.column("Amount"), nullptr);
}

MR_TEST(TstCatalogue)
#include "tst_catalogue.moc"
