// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/table_routes.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

namespace {

/// What the routes need, on one database.
struct Desks
{
    explicit Desks(const std::string& database)
        : catalogue({database}, "test", "public")
        , questions({database}, {}, "test", "public", catalogue)
        , control({database}, "test")
    {
        static_cast<void>(catalogue.fresh());
    }
    Response get(const std::string& target)
    {
        return tests::askRoutes(tableRoutes(catalogue, questions, control), "GET", target);
    }

    CatalogueSource catalogue;
    QueryDesk questions;
    ControlDesk control;
};

} // namespace

class TstTableRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void listsTablesAndColumns_data();
    void listsTablesAndColumns();
    void anUnknownTableIs404WithTheNearest();
    void tellsEverythingAboutATable();
    void isNotReadyWithoutADatabase();

private:
    std::unique_ptr<Desks> m_desks;
};

void TstTableRoutes::initTestCase()
{
    m_desks = std::make_unique<Desks>(tests::databaseWithOrders());
}

void TstTableRoutes::listsTablesAndColumns_data()
{
    QTest::addColumn<std::string>("target");
    QTest::addColumn<std::string>("body");
    const auto row = [](const char* target, const char* body) {
        QTest::newRow(target) << std::string(target) << std::string(body);
    };
    const char* columns = R"(["_partition","_offset","id","name"])";
    row("/tables/", R"(["orders"])");
    row("/tables", R"(["orders"])");
    row("/columns-of-table/orders", columns);
    row("/columns-of-table/orders/", columns);
    row("/columns-of-table/%6frders", columns);
    row("/columns-of-table/shop.orders", columns);
    row("/columns-of-table/orders?query=select%20count(*)%20from%20orders", "[[3]]");
}

void TstTableRoutes::listsTablesAndColumns()
{
    QFETCH(std::string, target);
    QFETCH(std::string, body);
    const Response response = m_desks->get(target);
    QCOMPARE(response.status, 200U);
    QCOMPARE(json::parse(response.body).dump(), json::parse(body).dump());
}

void TstTableRoutes::anUnknownTableIs404WithTheNearest()
{
    for (const char* path : {"/tables/order", "/columns-of-table/order"}) {
        const Response response = m_desks->get(path);
        QCOMPARE(response.status, 404U);
        QCOMPARE(response.problem->nearest, std::string("orders"));
    }
}

void TstTableRoutes::tellsEverythingAboutATable()
{
    const json facts = json::parse(m_desks->get("/tables/shop.orders").body);
    QCOMPARE(facts.at("table"), json("orders"));
    QCOMPARE(facts.at("rows"), json(3));
    QCOMPARE(facts.at("positions")[0].at("next_offset"), json(5));
    QCOMPARE(facts.at("columns").size(), std::size_t{4});
}

void TstTableRoutes::isNotReadyWithoutADatabase()
{
    Desks away("host=127.0.0.1 port=1 dbname=x");
    for (const char* path : {"/tables/", "/tables/orders", "/columns-of-table/orders"})
        QCOMPARE(away.get(path).status, 503U);
}

MR_TEST(TstTableRoutes)
#include "tst_table_routes.moc"
