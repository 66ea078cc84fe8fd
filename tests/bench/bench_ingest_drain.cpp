// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_drain.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"

#include <chrono>
#include <thread>

namespace millrace::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto drainLimit = 10min;
constexpr auto lookPause = 15ms;

/// Polls until all is landed, seldom enough not to disturb: with 200 topics a look every 5 ms took
/// 0.15 s of the server's processor time.
double awaitLanded(const std::string& conninfo, std::int64_t messages,
                   harness::WorkerProcess& worker)
{
    harness::SqlClient sql(conninfo);
    const bool landed = harness::waitUntil(drainLimit, [&] {
        if (!worker.running())
            return true;
        std::this_thread::sleep_for(lookPause);
        return !sql.value("SELECT to_regclass('millrace.position')").empty() &&
               sql.number("SELECT sum(rows + dead + skipped) FROM millrace.position") >= messages;
    });
    const double end = std::stod(sql.value("SELECT extract(epoch FROM clock_timestamp())"));
    if (!landed || !worker.running())
        throw harness::HarnessError("not drained: " + worker.logText());
    return end - std::stod(sql.value("SELECT extract(epoch FROM min(started_at)) "
                                     "FROM millrace.generation"));
}

} // namespace

Measured drain(World& world, const Drain& what, std::string* conninfo)
{
    Measured made{.name = what.name, .messages = what.messages};
    const std::string database = world.cluster().createDatabase();
    if (conninfo != nullptr)
        *conninfo = database;
    world.settle();
    std::vector<std::string> arguments{
        "--topics", what.topics, "--lanes", std::to_string(what.lanes),
        "--index",  what.index,  "--group", "bench-" + std::to_string(world.nextNumber())};
    arguments.insert(arguments.end(), what.arguments.begin(), what.arguments.end());
    arguments.insert(arguments.end(), world.options().arguments.begin(),
                     world.options().arguments.end());
    harness::WorkerProcess worker(
        {.brokers = world.broker().brokers(), .database = database, .arguments = arguments});
    const double postgresBefore = world.postgresCpu();
    const double brokerBefore = world.brokerCpu();
    worker.start();
    made.seconds = awaitLanded(database, what.messages, worker);
    made.brokerCpu = world.brokerCpu() - brokerBefore;
    made.peakRssMb = static_cast<double>(worker.process().peakRssKb()) / 1024;
    const harness::ChildExit ended = worker.stop();
    made.postgresCpu = world.postgresCpu() - postgresBefore;
    made.workerCpu = std::chrono::duration<double>(ended.cpu).count();
    harness::SqlClient sql(database);
    const std::string dead = sql.value("SELECT sum(dead) FROM millrace.position");
    if (dead != "0")
        made.note = dead + " dead letters";
    if (sql.value("SELECT bool_and(balanced) FROM millrace.balance") != "t")
        made.note += " UNBALANCED";
    return made;
}

} // namespace millrace::bench
