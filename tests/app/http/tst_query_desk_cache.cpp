// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_desk.h"
#include "tests/harness/sql_client.h"
#include "tests/support/route_client.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

using namespace millrace;
using namespace millrace::http;
using harness::SqlClient;
using nlohmann::json;

namespace {

/// What the lanes do in one transaction: a row and the position behind it.
constexpr const char* landOne =
    "BEGIN; INSERT INTO orders SELECT 0, next_offset, next_offset, 'x' FROM millrace.position;"
    "UPDATE millrace.position SET next_offset = next_offset + 1, rows = rows + 1; COMMIT";
/// What a job does: a row more, and no offset.
constexpr const char* replayOne =
    "BEGIN; INSERT INTO orders VALUES (0, 1, 9, 'late');"
    "UPDATE millrace.position SET dead = dead - 1, rows = rows + 1; COMMIT";

constexpr const char* question = "SELECT count(*), max(_offset) FROM orders";

std::string header(const Response& response, const std::string& name)
{
    for (const auto& [key, value] : response.headers) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

class TstQueryDeskCache : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void theSecondAnswerIsKept();
    void whatChangesTheRowsChangesTheTag_data();
    void whatChangesTheRowsChangesTheTag();
    void aClientsOwnCopyIsEnough();
    void formatsHaveTheirOwn();
    void volatileQuestionsAreAskedAgain();
    void nobodyTakesABrokenAnswerFromIt();
    void noAnswerIsStaleWhileOneWrites();

private:
    Response ask(const std::string& sql, const std::string& ifNoneMatch = {},
                 query::AnswerFormat format = query::AnswerFormat::Json);

    std::string m_database;
    std::unique_ptr<CatalogueSource> m_catalogue;
    std::unique_ptr<QueryDesk> m_desk;
};

void TstQueryDeskCache::init()
{
    m_desk.reset();
    m_database = tests::databaseWithOrders();
    const postgres::Dsn dsn{m_database};
    m_catalogue = std::make_unique<CatalogueSource>(dsn, "test", "public");
    m_desk = std::make_unique<QueryDesk>(dsn, postgres::Dsn{}, "test", "public", *m_catalogue);
    QVERIFY(m_catalogue->fresh());
}

/// As the server does: first without a worker.
Response TstQueryDeskCache::ask(const std::string& sql, const std::string& ifNoneMatch,
                                query::AnswerFormat format)
{
    Request request{"GET", {"query"}, {{"query", sql}}};
    request.accept = std::string(query::mediaType(format));
    if (!ifNoneMatch.empty())
        request.ifNoneMatch = ifNoneMatch;
    const auto told = std::make_shared<std::promise<std::optional<Response>>>();
    m_desk->answerEarly(request, [told](std::optional<Response> response) {
        told->set_value(std::move(response));
    });
    auto known = told->get_future().get();
    Response response = known ? std::move(*known) : m_desk->askSql(request, {sql, {}, format});
    if (response.stream)
        response.stream([&response](std::string_view bytes) {
            response.body += bytes;
            return true;
        });
    return response;
}

void TstQueryDeskCache::theSecondAnswerIsKept()
{
    const Response first = ask(question);
    QCOMPARE(header(first, "Millrace-Cache"), std::string("miss"));
    const Response second = ask(question);
    QCOMPARE(header(second, "Millrace-Cache"), std::string("hit"));
    QCOMPARE(second.body, first.body);
    QCOMPARE(second.contentType, first.contentType);
    for (const char* name : {"ETag", "Millrace-Seen", "Cache-Control"})
        QCOMPARE(header(second, name), header(first, name));
    QCOMPARE(m_desk->cacheFigures().hits, std::int64_t{1});
}

void TstQueryDeskCache::whatChangesTheRowsChangesTheTag_data()
{
    QTest::addColumn<std::string>("change");
    QTest::newRow("landing") << std::string(landOne);
    QTest::newRow("a dead letter replayed") << std::string(replayOne);
    QTest::newRow("a schema change")
        << std::string("INSERT INTO millrace.schema_change (topic, table_name, column_name, change,"
                       " after) VALUES ('shop.orders', 'orders', 'more', 'add_column', 'text')");
    QTest::newRow("a new generation")
        << std::string("INSERT INTO millrace.generation (topic, generation, reason)"
                       " VALUES ('shop.orders', 2, 'x')");
    QTest::newRow("others truncate") << std::string("TRUNCATE orders");
    QTest::newRow("others alter") << std::string("ALTER TABLE orders ADD COLUMN extra int");
    QTest::newRow("rights") << std::string("GRANT INSERT ON orders TO millrace_query");
}

void TstQueryDeskCache::whatChangesTheRowsChangesTheTag()
{
    QFETCH(std::string, change);
    const Response first = ask(question);
    SqlClient(m_database).run(change);
    const Response second = ask(question, header(first, "ETag"));
    QCOMPARE(second.status, 200U);
    QCOMPARE(header(second, "Millrace-Cache"), std::string("miss"));
    QVERIFY(header(second, "ETag") != header(first, "ETag"));
}

void TstQueryDeskCache::aClientsOwnCopyIsEnough()
{
    const Response first = ask(question);
    const Response second = ask(question, header(first, "ETag"));
    QCOMPARE(second.status, 304U);
    QVERIFY(second.body.empty());
    QCOMPARE(header(second, "ETag"), header(first, "ETag"));
    QCOMPARE(ask("SELECT count(*) FROM orders", header(first, "ETag")).status, 200U);
}

void TstQueryDeskCache::formatsHaveTheirOwn()
{
    const Response asJson = ask(question);
    const Response asCsv = ask(question, header(asJson, "ETag"), query::AnswerFormat::Csv);
    QCOMPARE(asCsv.status, 200U);
    QCOMPARE(asCsv.body, std::string("count,max\r\n3,4\r\n"));
}

void TstQueryDeskCache::volatileQuestionsAreAskedAgain()
{
    for (int i = 0; i < 2; ++i) {
        const Response response = ask("SELECT count(*), now() FROM orders", "*");
        QCOMPARE(response.status, 200U);
        QCOMPARE(header(response, "Millrace-Cache"), std::string("volatile"));
        QVERIFY(header(response, "ETag").empty());
    }
    QCOMPARE(m_desk->cacheFigures().answers, std::int64_t{0});
}

void TstQueryDeskCache::nobodyTakesABrokenAnswerFromIt()
{
    const std::string large = "SELECT i, 'some words' FROM generate_series(1, 5000) i, orders";
    const Response response = m_desk->askSql({"GET", {"query"}, {{"query", large}}},
                                             {large, {}, query::AnswerFormat::Csv});
    QVERIFY(response.stream && !response.stream([](std::string_view) { return false; }));
    QCOMPARE(m_desk->cacheFigures().answers, std::int64_t{0});
    QCOMPARE(ask("SELECT 1 / (id - 3) FROM orders ORDER BY id").status, 400U);
    QCOMPARE(m_desk->cacheFigures().answers, std::int64_t{0});
    QCOMPARE(header(ask(large), "Millrace-Cache"), std::string("miss"));
    QCOMPARE(header(ask(large), "Millrace-Cache"), std::string("hit"));
}

/// Rows and offsets move together here, so the token says what the rows must be.
void TstQueryDeskCache::noAnswerIsStaleWhileOneWrites()
{
    std::atomic<int> asked{0};
    std::jthread writer([&](const std::stop_token& stop) {
        SqlClient sql(m_database);
        for (int next = 0; !stop.stop_requested();) {
            if (asked < next) {
                std::this_thread::yield();
                continue;
            }
            sql.run(landOne);
            next = asked + 4;
        }
    });
    std::string tag;
    for (int i = 0; i < 600; ++i, ++asked) {
        const Response response = ask(question, i % 3 == 0 ? tag : "");
        if (response.status == 304)
            continue;
        QCOMPARE(response.status, 200U);
        tag = header(response, "ETag");
        const std::string seen = header(response, "Millrace-Seen");
        const auto next = std::stoll(seen.substr(seen.find('=') + 1));
        QCOMPARE(
            json::parse(response.body).at("rows"),
            json::parse("[[" + std::to_string(next - 2) + "," + std::to_string(next - 1) + "]]"));
        QCOMPARE(json::parse(response.body).at("token"), json(seen));
    }
    QVERIFY(m_desk->cacheFigures().hits > 100);
    QVERIFY(m_desk->cacheFigures().misses > 10);
}

MR_TEST(TstQueryDeskCache)
#include "tst_query_desk_cache.moc"
