// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/offset_vector.h"
#include "tests/harness/http_get.h"
#include "tests/integration/numbered_load.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QUrl>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

constexpr int partitions = 4;
constexpr int askers = 3;
constexpr int asksABurst = 12;
constexpr std::int64_t recordsABurst = 40;

/// The same question for the server, and for the database.
struct Twin
{
    std::string sql;       ///< over the tables cachea and cacheb
    std::string aggregate; ///< instead, for POST /aggregate; empty: the SQL itself
};

const Twin twins[] = {
    {"SELECT count(*), max(_offset), sum(id) FROM cachea", ""},
    {"SELECT _partition, count(*), max(id) FROM cacheb GROUP BY 1", ""},
    {"SELECT id % 7, sum(id) FROM cachea GROUP BY 1", ""},
    {"SELECT count(*) FROM cachea a JOIN cacheb b USING (_partition, _offset)", ""},
    {"SELECT 'a', count(*) FROM cachea UNION ALL SELECT 'b', count(*) FROM cacheb", ""},
    {"SELECT _partition, _offset, id FROM cacheb ORDER BY id DESC NULLS LAST LIMIT 40", ""},
    {"SELECT _partition, count(*), sum(id) FROM cachea GROUP BY 1",
     R"({"table":"cachea","group_by":["_partition"],)"
     R"("measures":["count",{"kind":"sum","column":"id"}]})"},
    {"SELECT count(*), count(DISTINCT id), max(id) FROM cacheb",
     R"({"table":"cacheb","measures":["count",{"kind":"count_distinct","column":"id"},)"
     R"({"kind":"max","column":"id"}]})"}};

std::string addressOf(WorkerProcess& worker)
{
    std::ifstream file(worker.dataFolder() + "/listen");
    std::string address;
    std::getline(file, address);
    return address;
}

HttpAnswer ask(const std::string& where, const Twin& twin, const std::string& more = {},
               const std::string& headers = {})
{
    if (!twin.aggregate.empty())
        return httpPost(where, "/aggregate?format=csv" + more, twin.aggregate, headers);
    const QByteArray sql = QUrl::toPercentEncoding(QString::fromStdString(twin.sql));
    return httpGet(where, "/query?format=csv" + more + "&query=" + sql.toStdString(), headers);
}

/// The lines behind the header line, sorted: without ORDER BY they have no order.
std::vector<std::string> linesOf(const std::string& csv)
{
    std::vector<std::string> lines;
    std::istringstream text(csv);
    for (std::string line; std::getline(text, line);)
        lines.push_back(line.substr(0, line.find('\r')));
    if (!lines.empty())
        lines.erase(lines.begin());
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// What the database has below the offsets of a token, whatever has come since.
std::vector<std::string> linesAt(SqlClient& sql, const std::string& statement,
                                 const query::OffsetVector& seen)
{
    std::map<std::string, std::string> below{{"cachea", "false"}, {"cacheb", "false"}};
    for (const query::PartitionOffset& offset : seen.offsets)
        below[offset.topic] += " OR (_partition = " + std::to_string(offset.partition.value) +
                               " AND _offset < " + std::to_string(offset.next.value) + ")";
    std::string with = "WITH ";
    for (const auto& [table, rows] : below)
        with += (table == "cachea" ? "" : ", ") + table + " AS (SELECT * FROM public." + table +
                " WHERE " + rows + ")";
    std::vector<std::string> lines;
    for (const SqlRow& row : sql.rows(with + " " + statement)) {
        std::string line;
        for (const auto& value : row)
            line += (line.empty() && &value == &row.front() ? "" : ",") + value.value_or("");
        lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace

/// Done when 5 of the API: an answer that was kept is never stale.
class TstAnswerCache : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void everyAnswerIsThatOfItsToken();
    void oneReadsOnesOwnWrites();
    void whoWaitsHoldsNobodyUp();

private:
    Stage m_stage;
};

namespace {

/// What all who ask share.
struct Tally
{
    int wanted = 0;
    std::atomic<int> asked{0};
    std::atomic<int> hits{0};
    std::atomic<int> clients{0};
    std::mutex mutex;
    std::string difference; ///< of the first answer that is another one

    void differs(const std::string& what)
    {
        const std::lock_guard lock(mutex);
        if (difference.empty())
            difference = what;
        asked = wanted;
        asked.notify_all();
    }
};

/// One client with copies of its own.
class Asker
{
public:
    Asker(std::vector<std::string> servers, const std::string& database, unsigned seed)
        : m_servers(std::move(servers))
        , m_sql(database)
        , m_random(seed)
    {
    }

    void askUntilEnough(Tally& tally)
    {
        while (tally.asked++ < tally.wanted) {
            tally.asked.notify_all();
            const std::string fault = askOne(tally);
            if (!fault.empty())
                tally.differs(fault);
        }
    }

private:
    std::string askOne(Tally& tally)
    {
        const Twin& twin = twins[m_random() % std::size(twins)];
        const std::string& where = m_servers[m_random() % m_servers.size()];
        auto& [tag, copy] = m_copies[where + twin.sql + twin.aggregate];
        const bool isConditional = m_random() % 3 == 0 && !tag.empty();
        const HttpAnswer answer =
            ask(where, twin, "", isConditional ? "If-None-Match: " + tag + "\r\n" : "");
        const bool isUnchanged = answer.status == (twin.aggregate.empty() ? 304 : 412);
        if (answer.status != 200 && !(isConditional && isUnchanged))
            return twin.sql + "\n" + answer.headers + "\n" + answer.body;
        if (answer.status == 200)
            copy = answer.body;
        tag = headerOf(answer, "ETag");
        tally.hits += headerOf(answer, "Millrace-Cache") == "hit" ? 1 : 0;
        tally.clients += isUnchanged ? 1 : 0;
        const std::string token = headerOf(answer, "Millrace-Seen");
        const auto seen = query::parseOffsets(token);
        if (!seen || tag.empty())
            return "no token or tag:\n" + answer.headers;
        const auto got = linesOf(copy);
        const auto expected = linesAt(m_sql, twin.sql, *seen);
        if (got == expected)
            return {};
        std::string fault = twin.sql + "\n" + answer.headers + "\n\n" + copy + "\nexpected:";
        for (const std::string& line : expected)
            fault += "\n" + line;
        return fault;
    }

    std::vector<std::string> m_servers;
    SqlClient m_sql;
    std::mt19937 m_random;
    std::map<std::string, std::pair<std::string, std::string>> m_copies; ///< tag and body
};

} // namespace

/// Two servers, each of which lands what the other one does not know of, and answers.
void TstAnswerCache::everyAnswerIsThatOfItsToken()
{
    Scene scene(m_stage, "cache");
    NumberedLoad a(scene, "a", partitions);
    NumberedLoad b(scene, "b", partitions);
    const std::vector<std::string> servers{addressOf(scene.startWorker()),
                                           addressOf(scene.startWorker())};
    a.send(recordsABurst);
    b.send(recordsABurst);
    QVERIFY2(scene.caughtUp("a") && scene.caughtUp("b"), scene.logs().c_str());
    for (const std::string& where : servers) {
        for (const Twin& twin : twins)
            QVERIFY2(waitUntil(10s, [&] { return ask(where, twin).status == 200; }),
                     (twin.sql + "\n" + ask(where, twin).body + scene.logs()).c_str());
    }
    Tally tally;
    tally.wanted = isLongRun() ? 10'000 : 1'000;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < askers; ++i)
        threads.emplace_back([&tally, &servers, &scene, i] {
            try {
                Asker(servers, scene.database(), i).askUntilEnough(tally);
            } catch (const std::exception& error) {
                tally.differs(error.what());
            }
        });
    for (int burst = 0; tally.asked < tally.wanted; ++burst) {
        (burst % 3 == 0 ? b : a).send(recordsABurst);
        if (burst % 10 == 9)
            a.changeSchema();
        const int next = tally.asked + asksABurst;
        for (int now = tally.asked; now < std::min(next, tally.wanted); now = tally.asked)
            tally.asked.wait(now);
    }
    threads.clear();
    QVERIFY2(tally.difference.empty(), tally.difference.c_str());
    qInfo("%d checks: %d hits, %d of the client's own, %lld records", tally.wanted,
          tally.hits.load(), tally.clients.load(), static_cast<long long>(a.sent() + b.sent()));
    QVERIFY(tally.hits > tally.wanted / 10 && tally.clients > tally.wanted / 50);
    QVERIFY2(a.trouble().empty(), a.trouble().c_str());
}

/// Whoever writes to Kafka and names the offset that he got sees his record.
void TstAnswerCache::oneReadsOnesOwnWrites()
{
    Scene scene(m_stage, "own");
    NumberedLoad load(scene, "", 1);
    const std::string where = addressOf(scene.startWorker());
    load.send(1);
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const Twin count{"SELECT max(_offset) + 1 FROM own", ""};
    QVERIFY(waitUntil(10s, [&] { return ask(where, count).status == 200; }));
    for (int round = 0; round < 50; ++round) {
        load.send(1 + round % 3);
        const std::string next = std::to_string(load.sent());
        const HttpAnswer answer = ask(where, count, "&min-offsets=own/0=" + next);
        QVERIFY2(answer.status == 200, answer.body.c_str());
        QVERIFY2(headerOf(answer, "Millrace-Seen").starts_with("own~1/0=" + next + ";"),
                 answer.headers.c_str());
    }
    QCOMPARE(ask(where, count, "&min-offsets=own").status, 400);
    if (!isLongRun()) // it waits 10 s
        return;
    const HttpAnswer early = ask(where, count, "&min-offsets=own/0=1000000");
    QCOMPARE(early.status, 504);
    QCOMPARE(Json::parse(early.body).at("code").get<std::string>(), std::string("offsets"));
    QVERIFY2(early.body.find("own/0 stands at " + std::to_string(load.sent())) != std::string::npos,
             early.body.c_str());
}

/// Many more than there are workers wait for one offset; others are answered meanwhile.
void TstAnswerCache::whoWaitsHoldsNobodyUp()
{
    Scene scene(m_stage, "wait");
    NumberedLoad load(scene, "", 1);
    const std::string where = addressOf(scene.startWorker());
    load.send(3);
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const Twin count{"SELECT count(*) FROM wait", ""};
    QVERIFY(waitUntil(10s, [&] { return ask(where, count).status == 200; }));
    std::atomic<int> begun{0};
    std::atomic<int> answered{0};
    std::atomic<int> wrong{0};
    constexpr int waiting = 40;
    std::vector<std::jthread> threads;
    for (int i = 0; i < waiting; ++i)
        threads.emplace_back([&] {
            ++begun;
            const HttpAnswer answer = ask(where, count, "&min-offsets=wait/0=4");
            wrong += linesOf(answer.body) == std::vector<std::string>{"4"} ? 0 : 1;
            ++answered;
        });
    QVERIFY(waitUntil(10s, [&] { return begun == waiting; }));
    for (int i = 0; i < waiting; ++i)
        QCOMPARE(ask(where, {"SELECT max(id) + " + std::to_string(i) + " FROM wait", ""}).status,
                 200);
    QCOMPARE(answered.load(), 0);
    load.send(1);
    threads.clear();
    QCOMPARE(answered.load(), waiting);
    QCOMPARE(wrong.load(), 0);
}

MR_TEST(TstAnswerCache)
#include "tst_answer_cache.moc"
