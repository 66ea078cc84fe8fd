// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_latency.h"

#include "tests/bench/bench_ingest_messages.h"
#include "tests/harness/harness_error.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace millrace::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* topic = "latency";
constexpr int partitions = 4;
/// Rows are looked for from so many pages before the last end: several may be filled at once.
constexpr int pagesBack = 200;
/// A transaction that is seen now did not begin longer ago than this before the youngest seen.
constexpr std::int64_t transactionMsMax = 500;

std::int64_t nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Sends `count` messages at an even pace, in steps of 5 ms.
void produceSteadily(const std::string& brokers, std::int64_t first, std::int64_t count, int rate)
{
    harness::TestProducer producer(brokers, {{"linger.ms", "1"}});
    const std::int64_t start = nowUs();
    for (std::int64_t sent = 0; sent < count;) {
        const std::int64_t due = (nowUs() - start) * rate / 1'000'000;
        for (; sent < std::min(due, count); ++sent) {
            const std::int64_t number = first + sent;
            producer.produce({.topic = topic,
                              .value = timedMessage(number, nowUs()),
                              .key = {},
                              .partition = static_cast<int>(number % partitions)});
        }
        (void)harness::waitUntil(5ms, [] { return false; });
    }
    producer.flush();
}

/// Reads the growing end of the table until `count` messages were seen.
class EndReader
{
public:
    EndReader(const std::string& conninfo, std::int64_t count)
        : m_sql(conninfo)
        , m_delaysUs(static_cast<std::size_t>(count), -1)
    {
    }

    std::vector<std::int64_t> readAll(std::chrono::seconds limit)
    {
        auto lastNews = Clock::now();
        const bool all = harness::waitUntil(limit, [&] {
            const std::int64_t before = m_seen;
            // a row may also fill a page far behind the end
            readFrom(Clock::now() - lastNews > 1s ? 0 : std::max(0, m_page - pagesBack));
            if (m_seen != before)
                lastNews = Clock::now();
            return m_seen == static_cast<std::int64_t>(m_delaysUs.size());
        });
        if (!all)
            throw harness::HarnessError(std::to_string(m_seen) + " messages seen, not all");
        return m_delaysUs;
    }

private:
    using Clock = std::chrono::steady_clock;

    void readFrom(int page)
    {
        const auto rows = m_sql.rows(
            "SELECT seq, sent_us, (ctid::text::point)[0]::int, "
            "(extract(epoch FROM _ingested) * 1000000)::bigint FROM latency WHERE ctid >= '(" +
            std::to_string(page) + ",0)' AND (_ingested >= to_timestamp(" +
            std::to_string(m_newestUs / 1'000 - transactionMsMax) + " / 1000.0) OR " +
            std::to_string(page) + " = 0)");
        const std::int64_t now = nowUs();
        for (const auto& row : rows) {
            std::int64_t& delay =
                m_delaysUs.at(static_cast<std::size_t>(std::stoll(row[0].value_or("0"))));
            m_page = std::max(m_page, std::stoi(row[2].value_or("0")));
            m_newestUs = std::max<std::int64_t>(m_newestUs, std::stoll(row[3].value_or("0")));
            if (delay >= 0)
                continue;
            delay = now - std::stoll(row[1].value_or("0"));
            ++m_seen;
        }
    }

    harness::SqlClient m_sql;
    std::vector<std::int64_t> m_delaysUs;
    std::int64_t m_seen = 0;
    int m_page = 0;
    std::int64_t m_newestUs = 0; ///< begin of the youngest transaction seen
};

std::string percentiles(std::vector<std::int64_t> delaysUs)
{
    std::ranges::sort(delaysUs);
    const auto at = [&](double share) {
        const auto index =
            static_cast<std::size_t>(share * static_cast<double>(delaysUs.size() - 1));
        return static_cast<double>(delaysUs[index]) / 1000;
    };
    char text[160];
    std::snprintf(text, sizeof text, "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, worst %.1f ms",
                  at(0.5), at(0.99), at(0.999), at(1));
    return text;
}

} // namespace

Measured latency(World& world)
{
    const int rate = world.options().latencyRate;
    const std::int64_t count = std::int64_t{rate} * (world.options().latencySeconds + 1);
    Measured made{.name = "latency at " + std::to_string(rate) + "/s", .messages = count};
    const std::string database = world.cluster().createDatabase();
    const std::string brokers = world.broker().brokers();
    world.broker().admin().createTopic(topic, partitions);
    world.settle();
    harness::WorkerProcess worker({.brokers = brokers,
                                   .database = database,
                                   .arguments = {"--topics", topic, "--group",
                                                 "bench-" + std::to_string(world.nextNumber())}});
    worker.startReady();
    // the table is there before the clock starts
    produceSteadily(brokers, 0, 1, rate);
    harness::SqlClient sql(database);
    if (!harness::waitUntil(30s,
                            [&] { return !sql.value("SELECT to_regclass('latency')").empty(); }))
        throw harness::HarnessError("no table: " + worker.logText());
    EndReader reader(database, count);
    std::thread producing([&] { produceSteadily(brokers, 1, count - 1, rate); });
    const std::int64_t start = nowUs();
    std::vector<std::int64_t> delays;
    try {
        delays = reader.readAll(std::chrono::seconds(world.options().latencySeconds + 60));
    } catch (const std::exception& error) {
        producing.join();
        std::string where;
        for (const auto& row : sql.rows("SELECT p::text FROM millrace.position AS p ORDER BY 1"))
            where += row[0].value_or("") + "\n";
        throw harness::HarnessError(std::string(error.what()) + "\n" + where + worker.logText());
    }
    made.seconds = static_cast<double>(nowUs() - start) / 1e6;
    producing.join();
    made.peakRssMb = static_cast<double>(worker.process().peakRssKb()) / 1024;
    const harness::ChildExit ended = worker.stop();
    made.workerCpu = std::chrono::duration<double>(ended.cpu).count();
    made.note = percentiles({delays.begin() + rate, delays.end()});
    return made;
}

} // namespace millrace::bench
