// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QUrl>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;
using Json = nlohmann::json;

/// The whole program: records come in, questions are answered.
class TstQuestions : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void theCallsOfTheFirstVersion();
    void anAnswerSaysWhatItHasSeen();
    void namesThatNeedQuoting();
    void whatIsRefusedTouchesNothing();
    void aClientThatHangsUpEndsItsQuestion();

private:
    Stage m_stage;
};

namespace {

std::string addressOf(WorkerProcess& worker)
{
    std::ifstream file(worker.dataFolder() + "/listen");
    std::string address;
    std::getline(file, address);
    return address;
}

std::string encoded(const std::string& text)
{
    return QUrl::toPercentEncoding(QString::fromStdString(text)).toStdString();
}

HttpAnswer ask(WorkerProcess& worker, const std::string& sql, const std::string& more = {})
{
    return httpGet(addressOf(worker), "/query?query=" + encoded(sql) + more);
}

} // namespace

void TstQuestions::theCallsOfTheFirstVersion()
{
    Scene scene(m_stage, "consumer");
    scene.createTopic();
    WorkerProcess& worker = scene.startWorker();
    for (const char* day : {"2024-01-30", "2024-01-31", "2024-01-31"})
        scene.producer().send(
            {.topic = "consumer",
             .value = std::string(R"({"id":1,"created_at":")") + day + R"(T10:00:00Z"})"});
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const std::string where = addressOf(worker);
    QVERIFY(waitUntil(10s, [&] { return httpGet(where, "/tables/").body == "[\"consumer\"]\n"; }));
    QCOMPARE(httpGet(where, "/tables").body, std::string("[\"consumer\"]\n"));
    const Json columns = Json::parse(httpGet(where, "/columns-of-table/consumer").body);
    QCOMPARE(columns.size(), std::size_t{10});
    QCOMPARE(columns.back().get<std::string>(), std::string("id"));
    const HttpAnswer rows =
        httpGet(where, "/columns-of-table/consumer?query=" +
                           encoded("select count(*), created_at::date from consumer group by 2"));
    QCOMPARE(rows.status, 200);
    Json got = Json::parse(rows.body);
    std::sort(got.begin(), got.end());
    QCOMPARE(got.dump(), std::string(R"([[1,"2024-01-30"],[2,"2024-01-31"]])"));
    QCOMPARE(httpGet(where, "/columns-of-table/consumers").status, 404);
}

/// The offsets of an answer and its rows are of one moment, while records come in.
void TstQuestions::anAnswerSaysWhatItHasSeen()
{
    Scene scene(m_stage, "seen");
    scene.createTopic("", 2);
    WorkerProcess& worker = scene.startWorker();
    const auto send = [&] {
        for (int i = 0; i < 20; ++i)
            scene.producer().produce(
                {.topic = scene.topic(), .value = R"({"id":1})", .partition = i % 2});
        scene.producer().flush();
    };
    send();
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QVERIFY(waitUntil(10s, [&] { return ask(worker, "SELECT 1 FROM seen").status == 200; }));
    long long last = 0;
    for (int round = 0; round < 40; ++round) {
        send();
        const HttpAnswer answer =
            ask(worker, "SELECT _partition, max(_offset) + 1, count(*) FROM seen GROUP BY 1");
        QCOMPARE(answer.status, 200);
        const Json body = Json::parse(answer.body);
        const std::string token = body.at("token").get<std::string>();
        QVERIFY(answer.headers.find("Millrace-Seen: " + token) != std::string::npos);
        for (const Json& row : body.at("rows")) {
            const std::string part = "seen~1/" + row[0].dump() + "=" + row[1].dump();
            QVERIFY2(token.find(part) != std::string::npos, (token + " " + row.dump()).c_str());
            QCOMPARE(row[1], row[2]);
            last = std::max(last, row[1].get<long long>());
        }
    }
    QVERIFY(last > 100);
}

void TstQuestions::namesThatNeedQuoting()
{
    Scene scene(m_stage, "naming");
    scene.createTopic("-Has.Dots");
    WorkerProcess& worker = scene.startWorker();
    scene.producer().send({.topic = scene.topic("-Has.Dots"), .value = R"({"Größe":1,"order":2})"});
    QVERIFY2(scene.caughtUp("-Has.Dots"), scene.logs().c_str());
    const std::string table = "naming_has_dots";
    const std::string where = addressOf(worker);
    QVERIFY(waitUntil(10s, [&] {
        return httpGet(where, "/columns-of-table/" + encoded(scene.topic("-Has.Dots"))).status ==
               200;
    }));
    QCOMPARE(httpGet(where, "/columns-of-table/" + encoded(scene.topic("-Has.Dots"))).body,
             httpGet(where, "/columns-of-table/" + encoded(table)).body);
    const HttpAnswer answer =
        ask(worker, "SELECT \"größe\", \"order\" FROM " + table, "&format=rows");
    QCOMPARE(answer.body, std::string("[[1,2]]\n"));
}

void TstQuestions::whatIsRefusedTouchesNothing()
{
    Scene scene(m_stage, "guarded");
    scene.createTopic();
    WorkerProcess& worker = scene.startWorker();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QVERIFY(waitUntil(10s, [&] { return ask(worker, "SELECT 1 FROM guarded").status == 200; }));
    for (const char* sql : {"DELETE FROM guarded", "SELECT 1; DROP TABLE guarded",
                            "SELECT * FROM millrace.query_role", "SELECT pg_sleep(60)",
                            "SELECT set_config('role', 'postgres', false)"}) {
        const HttpAnswer answer = ask(worker, sql);
        QCOMPARE(answer.status, 400);
        const Json body = Json::parse(answer.body);
        QCOMPARE(body.at("field").get<std::string>(), std::string("query"));
        QVERIFY(body.at("position").get<int>() >= 1);
    }
    QCOMPARE(ask(worker, "SELECT id / 0 FROM guarded").status, 400);
    QCOMPARE(ask(worker, "SELECT 1", "&format=xml").status, 400);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM guarded"), 1);
    const std::string role = scene.sql().value("SELECT name FROM millrace.query_role");
    QCOMPARE(scene.sql().value("SELECT has_table_privilege('" + role + "', 'guarded', 'SELECT')"),
             std::string("t"));
    for (const char* may :
         {"has_table_privilege('%', 'guarded', 'INSERT, UPDATE, DELETE, TRUNCATE')",
          "has_table_privilege('%', 'millrace.position', 'SELECT')",
          "has_table_privilege('%', 'millrace.query_role', 'SELECT')",
          "has_schema_privilege('%', 'public', 'CREATE')"})
        QCOMPARE(scene.sql().value(
                     QString("SELECT " + QString(may).replace("%", QString::fromStdString(role)))
                         .toStdString()),
                 std::string("f"));
}

void TstQuestions::aClientThatHangsUpEndsItsQuestion()
{
    Scene scene(m_stage, "patient");
    scene.createTopic();
    WorkerProcess& worker = scene.startWorker();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    QVERIFY(waitUntil(10s, [&] { return ask(worker, "SELECT 1 FROM patient").status == 200; }));
    const std::string where = addressOf(worker);
    const std::string sql = "SELECT count(*) FROM generate_series(1, 30000) a,"
                            " generate_series(1, 30000) b";
    QTcpSocket socket;
    const auto colon = where.rfind(':');
    socket.connectToHost(QString::fromStdString(where.substr(0, colon)),
                         QString::fromStdString(where.substr(colon + 1)).toUShort());
    QVERIFY(socket.waitForConnected(5'000));
    socket.write(
        ("GET /query?query=" + encoded(sql) + " HTTP/1.1\r\nHost: localhost\r\n\r\n").c_str());
    QVERIFY(socket.waitForBytesWritten(5'000));
    const std::string running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND"
                                " query LIKE 'SELECT count(*) FROM generate_series%'";
    QVERIFY2(scene.answers(running, "1", 10s), scene.logs().c_str());
    QElapsedTimer timer;
    timer.start();
    socket.abort();
    QVERIFY(scene.answers(running, "0", 10s));
    qInfo("ended %lld ms after its client", timer.elapsed());
    QCOMPARE(ask(worker, "SELECT count(*) FROM patient", "&format=rows").body,
             std::string("[[1]]\n"));
}

MR_TEST(TstQuestions)
#include "tst_questions.moc"
