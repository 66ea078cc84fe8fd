// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/letter_routes.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <set>
#include <thread>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

class TstLetterRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void showsALetterWithItsValue();
    void filters_data();
    void filters();
    void pagesMissNothingAndRepeatNothing();
    void refusesWhatIsNoFilter_data();
    void refusesWhatIsNoFilter();
    void aSelectionBecomesAJob();
    void theSameSelectionIsTheSameJob();
    void manyAtOnceAreOneJob();
    void anEndedJobIsNoObstacle();
    void refusesWhatIsNoSelection_data();
    void refusesWhatIsNoSelection();

private:
    Response ask(const std::string& method, const std::string& target,
                 const std::string& body = {});
    std::string m_database;
    std::unique_ptr<ControlDesk> m_desk;
};

namespace {

std::vector<int> offsetsOf(const json& page)
{
    std::vector<int> offsets;
    for (const json& letter : page.at("dead_letters"))
        offsets.push_back(letter.at("offset").get<int>());
    return offsets;
}

} // namespace

void TstLetterRoutes::init()
{
    m_database = tests::databaseWithOrders();
    m_desk = std::make_unique<ControlDesk>(postgres::Dsn{m_database}, "test");
}

Response TstLetterRoutes::ask(const std::string& method, const std::string& target,
                              const std::string& body)
{
    return tests::askRoutes(letterRoutes(*m_desk), method, target, body);
}

void TstLetterRoutes::showsALetterWithItsValue()
{
    const json letters = json::parse(ask("GET", "/dead-letters").body).at("dead_letters");
    QCOMPARE(letters.size(), std::size_t{2});
    const json& first = letters[0];
    QCOMPARE(first.at("topic"), json("shop.orders"));
    QCOMPARE(first.at("class"), json("not_json"));
    QCOMPARE(first.at("state"), json("open"));
    QCOMPARE(first.at("at"), json("2026-01-01T00:00:00.000000Z"));
    QCOMPARE(first.at("value_base64"), json("PHg+"));
    QVERIFY(first.at("key_base64").is_null());
}

void TstLetterRoutes::filters_data()
{
    QTest::addColumn<std::string>("query");
    QTest::addColumn<std::vector<int>>("offsets");
    const auto row = [](const char* query, std::vector<int> offsets) {
        QTest::newRow(query) << std::string(query) << std::move(offsets);
    };
    row("topic=shop.orders", {0, 1});
    row("topic=orders", {});
    row("class=too_deep", {1});
    row("state=open", {0, 1});
    row("state=replayed", {});
    row("from=2026-02-01T00:00:00Z", {1});
    row("to=2026-02-01T00:00:00Z", {0});
    row("from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00.000001Z", {0});
    row("class=too_deep&to=2026-02-01T00:00:00Z", {});
    row("topic=%27%3B%20DROP%20TABLE%20orders", {});
}

void TstLetterRoutes::filters()
{
    QFETCH(std::string, query);
    QFETCH(std::vector<int>, offsets);
    QCOMPARE(offsetsOf(json::parse(ask("GET", "/dead-letters?" + query).body)), offsets);
}

void TstLetterRoutes::pagesMissNothingAndRepeatNothing()
{
    harness::SqlClient(m_database)
        .run("INSERT INTO millrace.dead_letter (topic, generation, partition, record_offset, class,"
             " reason, value_size, value_sha256) SELECT t, g, p, o, 'empty', '', 0, '' FROM"
             " unnest(ARRAY['a', 'B', 'x \"y']) AS t, generate_series(1, 2) AS g,"
             " generate_series(0, 1) AS p, generate_series(9, 11) AS o");
    std::set<std::string> seen;
    std::size_t count = 0;
    std::string after;
    do {
        const json page = json::parse(ask("GET", "/dead-letters?limit=5" + after).body);
        for (const json& letter : page.at("dead_letters")) {
            seen.insert(letter.at("topic").dump() + letter.at("generation").dump() + "/" +
                        letter.at("partition").dump() + "@" + letter.at("offset").dump());
            ++count;
        }
        after = page.at("next").is_null()
                    ? ""
                    : "&after=" + QUrl::toPercentEncoding(
                                      QString::fromStdString(page.at("next").get<std::string>()))
                                      .toStdString();
    } while (!after.empty() && count < 100);
    QCOMPARE(count, std::size_t{38});
    QCOMPARE(seen.size(), count);
}

void TstLetterRoutes::refusesWhatIsNoFilter_data()
{
    QTest::addColumn<std::string>("query");
    QTest::addColumn<std::string>("nearest");
    QTest::newRow("class") << std::string("class=not_jso") << std::string("not_json");
    QTest::newRow("state") << std::string("state=opn") << std::string("open");
    for (const char* query :
         {"from=then", "to=2026-13-01", "after=x", "after={}", "after=[1,1,0,0]",
          "after=[\"a\",1,0]", "after=[\"a\",1,0,99999999999999999999]", "limit=0"})
        QTest::newRow(query) << std::string(query) << std::string();
}

void TstLetterRoutes::refusesWhatIsNoFilter()
{
    QFETCH(std::string, query);
    QFETCH(std::string, nearest);
    const Response refused = ask("GET", "/dead-letters?" + query);
    QCOMPARE(refused.status, 400U);
    QCOMPARE(refused.problem->nearest, nearest);
}

void TstLetterRoutes::aSelectionBecomesAJob()
{
    const Response made =
        ask("POST", "/dead-letters/discard",
            R"({"topic": "shop.orders", "class": "not_json", "reason": "it's \"old\""})");
    QCOMPARE(made.status, 202U);
    const json job = json::parse(made.body);
    QCOMPARE(made.headers.front(),
             (std::pair<std::string, std::string>{"Location", "/jobs/" + job.at("id").dump()}));
    QCOMPARE(job.at("kind"), json("discard"));
    QCOMPARE(job.at("state"), json("queued"));
    QCOMPARE(job.at("arguments"),
             (json{{"topic", "shop.orders"}, {"class", "not_json"}, {"reason", "it's \"old\""}}));
    QCOMPARE(harness::SqlClient(m_database)
                 .value("SELECT kind || ' ' || state FROM millrace.job WHERE wanted = 'run'"),
             std::string("discard queued"));
}

void TstLetterRoutes::theSameSelectionIsTheSameJob()
{
    const auto id = [this](const std::string& kind, const std::string& body) {
        return json::parse(ask("POST", "/dead-letters/" + kind, body).body).at("id").get<int>();
    };
    const int first = id("replay", R"({"topic": "shop.orders", "offsets": [1, 0, 1]})");
    QCOMPARE(id("replay", R"({"offsets": [0, 1], "topic": "shop.orders"})"), first);
    QVERIFY(id("replay", R"({"topic": "shop.orders", "offsets": [0]})") != first);
    QVERIFY(id("replay", R"({"topic": "shop.orders"})") != first);
    QVERIFY(id("discard", R"({"topic": "shop.orders", "offsets": [0, 1]})") != first);
}

void TstLetterRoutes::manyAtOnceAreOneJob()
{
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back(
                [this] { ask("POST", "/dead-letters/replay", R"({"topic": "shop.orders"})"); });
    }
    QCOMPARE(harness::SqlClient(m_database).value("SELECT count(*) FROM millrace.job"),
             std::string("1"));
}

void TstLetterRoutes::anEndedJobIsNoObstacle()
{
    const std::string body = R"({"topic": "shop.orders"})";
    harness::SqlClient sql(m_database);
    for (const char* ended : {"state = 'done'", "state = 'failed'", "wanted = 'cancel'"}) {
        ask("POST", "/dead-letters/replay", body);
        sql.run(std::string("UPDATE millrace.job SET ") + ended);
    }
    ask("POST", "/dead-letters/replay", body);
    QCOMPARE(sql.value("SELECT count(*) FROM millrace.job"), std::string("4"));
}

void TstLetterRoutes::refusesWhatIsNoSelection_data()
{
    QTest::addColumn<std::string>("body");
    QTest::addColumn<unsigned>("status");
    const auto row = [](const char* name, const char* body, unsigned status = 400) {
        QTest::newRow(name) << std::string(body) << status;
    };
    row("nothing", "");
    row("everything", "{}");
    row("a number", R"({"topic": 1})");
    row("a misspelt class", R"({"topic": "shop.orders", "class": "not_jso"})");
    row("a misspelt field", R"({"topic": "shop.orders", "clas": "not_json"})");
    row("no offsets", R"({"topic": "shop.orders", "offsets": []})");
    row("a partition that is none", R"({"topic": "shop.orders", "partition": -1})");
    row("a partition that wraps", R"({"topic": "shop.orders", "partition": 4294967296})");
    row("an offset that wraps", R"({"topic": "shop.orders", "offsets": [18446744073709551615]})");
    row("no such topic", R"({"topic": "orders"})", 404);
}

void TstLetterRoutes::refusesWhatIsNoSelection()
{
    QFETCH(std::string, body);
    QFETCH(unsigned, status);
    QCOMPARE(ask("POST", "/dead-letters/replay", body).status, status);
    QCOMPARE(harness::SqlClient(m_database).value("SELECT count(*) FROM millrace.job"),
             std::string("0"));
}

MR_TEST(TstLetterRoutes)
#include "tst_letter_routes.moc"
