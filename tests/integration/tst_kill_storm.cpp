// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <csignal>
#include <random>
#include <set>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

namespace {

/// Every named place on the way of a batch, in its order.
const std::vector<std::string> failpoints{"takeover.after_lock",  "lane.before_poll",
                                          "lane.after_poll",      "ddl.begin",
                                          "ddl.after_lock",       "ddl.before_commit",
                                          "ddl.after_commit",     "commit.begin",
                                          "commit.after_lock",    "commit.after_table_lock",
                                          "commit.in_copy",       "commit.after_copy",
                                          "commit.after_letters", "commit.before_update",
                                          "commit.before_commit", "commit.after_commit"};

} // namespace

/// Two workers under load with schema changes; again and again one of them is killed.
class TstKillStorm : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void nothingIsLostOrDoubled();

private:
    Stage m_stage;
};

void TstKillStorm::nothingIsLostOrDoubled()
{
    Scene scene(m_stage, "storm");
    NumberedLoad load(scene, "", 4);
    const int kills = isLongRun() ? 200 : 2 * static_cast<int>(failpoints.size());
    const std::int64_t rowsARound = isLongRun() ? 5'000 : 400;
    std::mt19937 random(815);
    std::set<std::string> hit;
    std::vector<WorkerProcess*> workers{&scene.startWorker(), &scene.startWorker()};
    for (int kill = 0; kill < kills; ++kill) {
        WorkerProcess& victim = *workers[static_cast<std::size_t>(kill / 2 % 2)];
        const bool atRandom = kill % 2 == 1;
        if (victim.running())
            victim.kill9();
        const std::string& name =
            failpoints[static_cast<std::size_t>(kill / 2) % failpoints.size()];
        const auto nth = static_cast<int>(random() % (kill < 40 ? 2 : 6)) + 1;
        victim.setFailpoints(atRandom ? "" : name + "=kill@" + std::to_string(nth));
        victim.start();
        load.changeSchema();
        const auto until = atRandom ? std::chrono::milliseconds(random() % 1'200) : 4'000ms;
        const auto began = std::chrono::steady_clock::now();
        for (int part = 0; part < 4; ++part)
            load.send(rowsARound / 4);
        const bool died = waitUntil(until, [&] {
            // later hits need further batches and columns
            if (std::chrono::steady_clock::now() - began > 1s && load.sent() % 16 == 0) {
                load.changeSchema();
                load.send(16);
            }
            return !victim.running();
        });
        if (died && victim.awaitEnd(0ms).signal == SIGKILL)
            hit.insert(name);
    }
    for (WorkerProcess* worker : workers) {
        if (worker->running())
            worker->kill9();
        worker->setFailpoints("");
        worker->startReady();
    }
    qInfo("%d kills, %lld records, %d columns, failpoints hit: %zu of %zu", kills,
          static_cast<long long>(load.sent()),
          static_cast<int>(scene.sql().number("SELECT count(*) FROM millrace.column_map")),
          hit.size(), failpoints.size());
    for (const std::string& name : failpoints) {
        if (!hit.contains(name))
            qInfo("not hit: %s", name.c_str());
    }
    QCOMPARE(load.trouble(isLongRun() ? 900s : 60s), std::string());
    QVERIFY(hit.size() >= 12);
    QCOMPARE(scene.sql().number("SELECT max(generation) FROM millrace.generation"), 1);
}

MR_TEST(TstKillStorm)
#include "tst_kill_storm.moc"
