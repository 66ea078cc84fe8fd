// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/harness/scratch_folder.h"
#include "tests/integration/numbered_load.h"
#include "tests/integration/scene.h"
#include "tests/integration/wall_watch.h"
#include "tests/support/test_registry.h"

#include <QStandardPaths>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Statements that sqlsmith makes from a server's own catalogue, sent as people send theirs, and to
/// the questions' role without wall A.
class TstRandomSql : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void throughTheEndpoint();
    void withoutWallA();

private:
    std::unique_ptr<Stage> m_stage;
};

namespace {

constexpr int seed = 20'261'125;

/// sqlsmith only prints; it knows the tables that the login of `conninfo` may read, and every
/// function of the server.
std::vector<std::string> randomStatements(const std::string& conninfo, int count,
                                          bool usesCatalogue = false)
{
    const ScratchFolder folder;
    ChildSpec spec;
    spec.program = "sh";
    const std::string options = usesCatalogue ? "" : " --exclude-catalog";
    spec.arguments = {
        "-c", "exec sqlsmith --target='" + conninfo + "' --dry-run --seed=" + std::to_string(seed) +
                  " --max-queries=" + std::to_string(count) + options + " 2>/dev/null"};
    spec.outputFile = folder.file("statements");
    const std::string text = runTool(spec, 300s);
    std::vector<std::string> statements;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(";\n", begin), text.size());
        statements.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    return statements;
}

std::string addressOf(WorkerProcess& worker)
{
    std::ifstream file(worker.dataFolder() + "/listen");
    std::string address;
    std::getline(file, address);
    return address;
}

} // namespace

void TstRandomSql::initTestCase()
{
    if (QStandardPaths::findExecutable("sqlsmith").isEmpty())
        QSKIP("sqlsmith is not installed: resources/packages/test.txt");
    m_stage = std::make_unique<Stage>();
    m_stage->start();
}

void TstRandomSql::throughTheEndpoint()
{
    Scene scene(*m_stage, "smith");
    scene.createTopic();
    WorkerProcess& worker = scene.startWorker();
    for (int i = 0; i < 100; ++i)
        scene.producer().produce({.topic = scene.topic(),
                                  .value = R"({"id":1,"note":"a","amount":1.5,"is_gift":true,)"
                                           R"("at":"2024-01-31T10:00:00Z","items":[1,2]})"});
    scene.producer().flush();
    scene.sql().run("CREATE TABLE private (id int8, note text);"
                    "INSERT INTO private VALUES (1, 'canary')");
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    const std::string where = addressOf(worker);
    const std::string first = R"({"query": "SELECT count(*) FROM smith"})";
    QVERIFY(waitUntil(10s, [&] { return httpPost(where, "/query", first).status == 200; }));
    const std::string traceSql =
        "SELECT concat_ws(' ', (SELECT md5(string_agg(s::text, ',' ORDER BY s::text)) FROM smith"
        " AS s), (SELECT md5(string_agg(p::text, ',')) FROM private AS p),"
        " (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
        "  WHERE schemaname = 'public'), (SELECT count(*) FROM pg_class WHERE oid >= 16384),"
        " (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_largeobject_metadata),"
        " (SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM pg_authid AS r))";
    const auto trace = [&] {
        scene.sql().run("SELECT pg_stat_force_next_flush()");
        return scene.sql().value(traceSql);
    };
    const std::string before = trace();
    const int count = isLongRun() ? 10'000 : 1'000;
    std::map<int, int> statuses;
    QStringList troubles;
    const std::string role = scene.sql().value("SELECT name FROM millrace.query_role");
    auto statements = randomStatements(scene.database() + " user=" + role, count / 2);
    for (auto& one : randomStatements(scene.database(), count - count / 2, true))
        statements.push_back(std::move(one));
    for (const std::string& sql : statements) {
        const HttpAnswer answer = httpPost(where, "/query", nlohmann::json{{"query", sql}}.dump());
        ++statuses[answer.status];
        const bool isDeclared = answer.status == 200 || answer.status == 400 ||
                                answer.status == 403 || answer.status == 504;
        if (!isDeclared || answer.body.find("canary") != std::string::npos)
            troubles +=
                QString::number(answer.status) + " " +
                QString::fromStdString(answer.body.substr(0, 200) + " " + sql.substr(0, 500));
    }
    for (const auto& [status, number] : statuses)
        qInfo("%6d answered %d", number, status);
    QVERIFY(static_cast<int>(statements.size()) >= count);
    QVERIFY2(troubles.isEmpty(), qPrintable(troubles.mid(0, 10).join("\n")));
    QCOMPARE(trace(), before);
    QCOMPARE(httpPost(where, "/query", first).status, 200);
    QCOMPARE(scene.alarms(), 0);
}

void TstRandomSql::withoutWallA()
{
    QuestionScene scene(m_stage->cluster);
    query::QueryLimits limits;
    limits.timeMax = 300ms;
    limits.planCostMax = 0;
    limits.answer.rowsMax = 1'000;
    WallWatch watch(scene, limits);
    const std::string before = watch.trace();
    const std::string clean = watch.sessionState();
    std::map<Ending, int> endings;
    QStringList troubles;
    const int count = isLongRun() ? 10'000 : 1'000;
    for (const std::string& sql : randomStatements(scene.login().dsn.text, count)) {
        const Ended ended = watch.run(sql);
        ++endings[ended.ending];
        if (ended.took > limits.timeMax + 1s)
            troubles +=
                QString("took %1 ms: ").arg(ended.took.count()) + QString::fromStdString(sql);
        if (ended.ending == Ending::Answered && ended.text.find("canary") != std::string::npos)
            troubles += "read a canary: " + QString::fromStdString(sql);
        if (ended.ending != Ending::Refused && watch.sessionState() != clean)
            troubles += "left something: " + QString::fromStdString(sql);
    }
    qInfo("%d refused, %d answered, %d late", endings[Ending::Refused], endings[Ending::Answered],
          endings[Ending::Late]);
    QVERIFY2(troubles.isEmpty(), qPrintable(troubles.mid(0, 10).join("\n")));
    QVERIFY(endings[Ending::Answered] > 0);
    QCOMPARE(watch.trace(), before);
    watch.closeSession();
    QVERIFY2(waitUntil(60s, [&] { return watch.backends().empty(); }), watch.backends().c_str());
}

MR_TEST(TstRandomSql)
#include "tst_random_sql.moc"
