// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/topic_routes.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

class TstTopicRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void listsTopicsWithStateAndLag();
    void statesWhatIsWanted();
    void runStartsAHaltedTopicAgain();
    void bothWishesOrNone();
    void refusesWhatIsNoWish_data();
    void refusesWhatIsNoWish();
    void showsSchemaChangesInPages();
    void refusesWhatIsNoPage_data();
    void refusesWhatIsNoPage();

private:
    Response ask(const std::string& method, const std::string& target,
                 const std::string& body = {});
    std::string m_database;
    std::unique_ptr<ControlDesk> m_desk;
};

void TstTopicRoutes::init()
{
    m_database = tests::databaseWithOrders();
    m_desk = std::make_unique<ControlDesk>(postgres::Dsn{m_database}, "test");
}

Response TstTopicRoutes::ask(const std::string& method, const std::string& target,
                             const std::string& body)
{
    return tests::askRoutes(topicRoutes(*m_desk), method, target, body);
}

void TstTopicRoutes::listsTopicsWithStateAndLag()
{
    harness::SqlClient(m_database)
        .run("INSERT INTO millrace.worker (instance, host, version, figures) VALUES ('w', 'h', '1',"
             " '{\"partitions\": [{\"topic\": \"shop.orders\", \"lag\": 9007199254740993,"
             " \"lag_seconds\": 1.5}]}'); INSERT INTO millrace.topic (topic) VALUES ('a\"b')");
    const json topics = json::parse(ask("GET", "/topics").body);
    QCOMPARE(topics.size(), std::size_t{2});
    QCOMPARE(topics[0].at("topic"), json("a\"b"));
    const json& orders = topics[1];
    QCOMPARE(orders.at("table"), json("orders"));
    QCOMPARE(orders.at("state"), json("running"));
    QCOMPARE(orders.at("wanted"), json("run"));
    QCOMPARE(orders.at("lag"), json(9007199254740993));
    QCOMPARE(orders.at("lag_seconds"), json(1.5));
    QCOMPARE(orders.at("dead"), json(2));
    QVERIFY(orders.at("committed_at").get<std::string>().ends_with("Z"));
}

void TstTopicRoutes::statesWhatIsWanted()
{
    for (int i = 0; i < 2; ++i) {
        const Response done =
            ask("POST", "/topics/shop.orders", R"({"wanted": "pause", "contract": "freeze"})");
        QCOMPARE(done.status, 200U);
        QCOMPARE(json::parse(done.body).at("wanted"), json("pause"));
        QCOMPARE(json::parse(done.body).at("contract"), json("freeze"));
    }
    QCOMPARE(ask("POST", "/topics/shop.orders", R"({"wanted": "run"})").status, 200U);
    QCOMPARE(harness::SqlClient(m_database).value("SELECT wanted || contract FROM millrace.topic"),
             std::string("runfreeze"));
}

void TstTopicRoutes::runStartsAHaltedTopicAgain()
{
    harness::SqlClient sql(m_database);
    sql.run("UPDATE millrace.topic SET state = 'halted'; UPDATE millrace.position SET state = "
            "'stopped'");
    QCOMPARE(ask("POST", "/topics/shop.orders", R"({"contract": "strict"})").status, 200U);
    QCOMPARE(sql.value("SELECT state FROM millrace.topic"), std::string("halted"));
    const Response done = ask("POST", "/topics/shop.orders", R"({"wanted": "run"})");
    QCOMPARE(json::parse(done.body).at("state"), json("running"));
    QCOMPARE(sql.value("SELECT state FROM millrace.position"), std::string("running"));
}

void TstTopicRoutes::bothWishesOrNone()
{
    harness::SqlClient sql(m_database);
    sql.run("ALTER TABLE millrace.topic ADD CHECK (wanted = 'run')");
    const Response refused =
        ask("POST", "/topics/shop.orders", R"({"wanted": "pause", "contract": "freeze"})");
    QCOMPARE(refused.status, 503U);
    QCOMPARE(sql.value("SELECT contract FROM millrace.topic"), std::string("evolve"));
    QCOMPARE(ask("GET", "/topics").status, 200U);
}

void TstTopicRoutes::refusesWhatIsNoWish_data()
{
    QTest::addColumn<std::string>("topic");
    QTest::addColumn<std::string>("body");
    QTest::addColumn<unsigned>("status");
    QTest::addColumn<std::string>("field");
    const auto row = [](const char* name, const char* body, const char* field) {
        QTest::newRow(name) << std::string("shop.orders") << std::string(body) << 400U
                            << std::string(field);
    };
    row("no body", "", "");
    row("no JSON", "{", "");
    row("no object", "[]", "");
    row("no wish", "{}", "");
    row("another state", R"({"wanted": "halt"})", "wanted");
    row("a number", R"({"wanted": 1})", "wanted");
    row("another contract", R"({"contract": "loose"})", "contract");
    row("a misspelt field", R"({"wnted": "run"})", "wnted");
    row("one good, one not", R"({"contract": "strict", "state": "halted"})", "state");
    QTest::newRow("no such topic") << std::string("shop.order")
                                   << std::string(R"({"wanted": "run"})") << 404U << std::string();
}

void TstTopicRoutes::refusesWhatIsNoWish()
{
    QFETCH(std::string, topic);
    QFETCH(std::string, body);
    QFETCH(unsigned, status);
    QFETCH(std::string, field);
    const Response refused = ask("POST", "/topics/" + topic, body);
    QCOMPARE(refused.status, status);
    QCOMPARE(refused.problem->field, field);
    QCOMPARE(harness::SqlClient(m_database).value("SELECT wanted || contract FROM millrace.topic"),
             std::string("runevolve"));
}

void TstTopicRoutes::showsSchemaChangesInPages()
{
    std::vector<std::string> seen;
    std::string after;
    do {
        const json page =
            json::parse(ask("GET", "/schema-changes?limit=2&topic=orders" + after).body);
        for (const json& change : page.at("schema_changes"))
            seen.push_back(change.at("change").get<std::string>() + " " +
                           change.at("after").dump());
        after = page.at("next").is_null() ? "" : "&after=" + page.at("next").get<std::string>();
    } while (!after.empty());
    QCOMPARE(seen, (std::vector<std::string>{"add_column \"text\"", "add_column \"bigint\"",
                                             "create_table null"}));
    const json all = json::parse(ask("GET", "/schema-changes").body);
    QCOMPARE(all.at("schema_changes").size(), std::size_t{3});
    QVERIFY(all.at("next").is_null());
    const json none = json::parse(ask("GET", "/schema-changes?topic=nothing").body);
    QVERIFY(none.at("schema_changes").empty());
}

void TstTopicRoutes::refusesWhatIsNoPage_data()
{
    QTest::addColumn<std::string>("query");
    for (const char* query :
         {"limit=0", "limit=1001", "limit=ten", "limit=", "limit=-1", "limit=99999999999999999999",
          "after=x", "after=1%3b", "after=99999999999999999999"})
        QTest::newRow(query) << std::string(query);
}

void TstTopicRoutes::refusesWhatIsNoPage()
{
    QFETCH(std::string, query);
    QCOMPARE(ask("GET", "/schema-changes?" + query).status, 400U);
}

MR_TEST(TstTopicRoutes)
#include "tst_topic_routes.moc"
