// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"
#include "tests/integration/scene.h"
#include "tests/integration/slow_crowd.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What clients can do to each other and to ingestion. Figures are of one run, so that the machine
/// falls out of the ratios.
class TstHttpLoad : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }

    void slowClientsHarmNobody();
    void anExportOfTenMillionRowsIsFlat();
    void heavyQuestionsLeaveIngestionItsShare();

private:
    Stage m_stage;
};

namespace {

constexpr int records = 400'000;

std::string addressOf(const WorkerProcess& worker)
{
    std::string where = readFile(worker.dataFolder() + "/listen");
    std::erase(where, '\n');
    return where;
}

/// Ingestion of one topic that is paused, filled, and let run.
class Drain
{
public:
    explicit Drain(Scene& scene)
        : m_scene(scene)
    {
        scene.createTopic();
        scene.producer().send({.topic = scene.topic(), .value = R"({"id":0})"});
        m_sent = 1;
    }

    void fill()
    {
        want("pause");
        for (int i = 0; i < records; ++i)
            m_scene.producer().produce(
                {.topic = m_scene.topic(),
                 .value = R"({"id":)" + std::to_string(m_sent + i) + R"(,"customer":)" +
                          std::to_string(i % 1'000) + R"(,"name":"somebody or other","amount":)" +
                          std::to_string(i % 777) +
                          R"(.25,"note":"a few words so that it is as long as most are"})"});
        m_scene.producer().flush();
        m_sent += records;
    }

    /// Records a second, from the first that lands to the last; 0: they do not all land.
    double run()
    {
        const long long begun = position();
        want("run");
        if (!waitUntil(60s, [&] { return position() > begun; }))
            return 0;
        const long long first = position();
        const auto begin = Clock::now();
        if (!waitUntil(240s, [&] { return position() >= m_sent; }))
            return 0;
        const std::chrono::duration<double> took = Clock::now() - begin;
        return static_cast<double>(m_sent - first) / took.count();
    }

private:
    void want(const std::string& wanted)
    {
        m_scene.sql().run("UPDATE millrace.topic SET wanted = '" + wanted + "' WHERE topic = '" +
                          m_scene.topic() + "'");
        if (wanted == "run")
            return;
        [[maybe_unused]] const bool paused = m_scene.answers(
            "SELECT state FROM millrace.topic_status WHERE topic = '" + m_scene.topic() + "'",
            "paused");
    }
    long long position()
    {
        return m_scene.sql().number(
            "SELECT coalesce(sum(next_offset), 0) FROM millrace.position WHERE topic = $1",
            {m_scene.topic()});
    }

    Scene& m_scene;
    long long m_sent = 0;
};

} // namespace

void TstHttpLoad::slowClientsHarmNobody()
{
    Scene scene(m_stage, "slow");
    Drain drain(scene);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY(scene.caughtUp());
    drain.fill();
    const double alone = drain.run();
    QVERIFY(alone > 0);
    drain.fill();
    const SlowCrowd crowd(addressOf(worker), 1'000);
    Asker normal(addressOf(worker), "/tables/", 5);
    const double beside = drain.run();
    QVERIFY(waitUntil(20s, [&] { return crowd.cut() >= 1'000; }));
    const auto times = normal.end();
    qInfo("normal client: %zu answers, p50 %.1f ms, p99 %.1f ms, worst %.1f ms; %ld cut; "
          "ingestion %.0f/s, beside them %.0f/s (%.2f)",
          times.size(), times[times.size() / 2], p99(times), times.back(), crowd.cut(), alone,
          beside, beside / alone);
    QVERIFY(times.size() >= 500);
    QVERIFY(p99(times) <= 250);
    QVERIFY(beside >= 0.7 * alone);
}

void TstHttpLoad::anExportOfTenMillionRowsIsFlat()
{
    constexpr long long side = 3'200; // of a square of rows
    Scene scene(m_stage, "square");
    scene.createTopic();
    for (long long i = 0; i < side; ++i)
        scene.producer().produce(
            {.topic = scene.topic(),
             .value = R"({"id":)" + std::to_string(i) + R"(,"name":"somebody or other"})"});
    scene.producer().flush();
    WorkerProcess& worker = scene.startWorker();
    QVERIFY(scene.caughtUp());
    const std::string where = addressOf(worker);
    QVERIFY(waitUntil(20s, [&] {
        return httpGet(where, "/query?query=select%20count(*)%20from%20square").status == 200;
    }));
    const long before = worker.process().peakRssKb();
    const int socket =
        connectTo(where.substr(0, where.rfind(':')), std::atoi(&where[where.rfind(':') + 1]));
    const std::string request =
        "GET /query?format=csv&query=select%20a.id%2C%20b.id%20as%20other%2C%20b.name%2C%20"
        "a._offset%20from%20square%20a%2C%20square%20b HTTP/1.0\r\nHost: localhost\r\n\r\n";
    const auto begin = Clock::now();
    QVERIFY(sendAll(socket, request.data(), request.size()));
    std::vector<char> part(1 << 16);
    std::chrono::duration<double, std::milli> firstByte{0};
    long long lines = 0;
    long long bytes = 0;
    ssize_t got = 0;
    while ((got = ::recv(socket, part.data(), part.size(), 0)) > 0) {
        if (bytes == 0)
            firstByte = Clock::now() - begin;
        bytes += got;
        lines += std::count(part.begin(), part.begin() + got, '\n');
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    ::close(socket);
    const double growthMb = static_cast<double>(worker.process().peakRssKb() - before) / 1'024;
    qInfo("%lld lines, %lld MB in %.1f s, first byte after %.0f ms, peak RSS grew by %.1f MB",
          lines, bytes >> 20, took.count(), firstByte.count(), growthMb);
    QCOMPARE(got, 0);
    QVERIFY2(lines > side * side, "it is not whole");
    QVERIFY(firstByte.count() < 200);
    QVERIFY(growthMb <= 64);
}

void TstHttpLoad::heavyQuestionsLeaveIngestionItsShare()
{
    Scene scene(m_stage, "heavy");
    Drain drain(scene);
    WorkerProcess& worker = scene.startWorker();
    QVERIFY(scene.caughtUp());
    drain.fill();
    QVERIFY(drain.run() > 0); // what the questions are about
    drain.fill();
    const double alone = drain.run();
    QVERIFY(alone > 0);
    drain.fill();
    std::deque<Asker> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back(addressOf(worker),
                             "/query?query=select%20customer%2C%20count(*)%2C%20sum(amount)%2C%20"
                             "count(distinct%20id)%20from%20heavy%20where%20id%20%3C%3E%20" +
                                 std::to_string(i) + "{n}%20group%20by%201");
    const double beside = drain.run();
    const auto begin = Clock::now();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":-1,"brand_new":true})"});
    const bool isThere = scene.answers(
        "SELECT count(*) FROM information_schema.columns WHERE column_name = 'brand_new'", "1");
    const std::chrono::duration<double> column = Clock::now() - begin;
    std::vector<double> times;
    for (Asker& client : clients) {
        const auto some = client.end();
        times.insert(times.end(), some.begin(), some.end());
    }
    std::ranges::sort(times);
    qInfo("ingestion %.0f/s, beside 8 heavy clients %.0f/s (%.2f); %zu questions, p50 %.0f ms, "
          "p99 %.0f ms; a new column after %.1f s",
          alone, beside, beside / alone, times.size(), times[times.size() / 2], p99(times),
          column.count());
    QVERIFY(isThere);
    QVERIFY(column.count() <= 5);
    QVERIFY(beside >= 0.7 * alone);
}

MR_TEST(TstHttpLoad)
#include "tst_http_load.moc"
