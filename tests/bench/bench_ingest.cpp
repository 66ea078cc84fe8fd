// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_drain.h"
#include "tests/bench/bench_ingest_latency.h"
#include "tests/bench/bench_ingest_messages.h"
#include "tests/bench/bench_ingest_parts.h"
#include "tests/harness/sql_client.h"

#include <cstdio>
#include <exception>

namespace millrace::bench {
namespace {

using harness::SqlClient;

void printHead()
{
    std::printf("%-44s %9s %8s %11s %8s %8s %8s %7s %8s  %s\n", "", "messages", "seconds",
                "messages/s", "worker", "postgres", "broker", "RSS MB", "ratio", "note");
}

/// `against`: messages/s of what this is compared with; 0: nothing.
void print(const Measured& row, double against = 0)
{
    const std::string ratio =
        against > 0 ? std::to_string(row.perSecond() / against).substr(0, 4) : "";
    std::printf("%-44s %9lld %8.2f %11.0f %8.2f %8.2f %8.2f %7.0f %8s  %s\n", row.name.c_str(),
                static_cast<long long>(row.messages), row.seconds, row.perSecond(), row.workerCpu,
                row.postgresCpu, row.brokerCpu, row.peakRssMb, ratio.c_str(), row.note.c_str());
    std::fflush(stdout);
}

void keepBest(Measured& best, const Measured& next)
{
    if (best.seconds == 0 || next.seconds < best.seconds)
        best = next;
}

/// The plain topic: what the parts alone can do, and drains beside it, in turns, so that a busy
/// moment of the machine falls on all of them.
class PlainRounds
{
public:
    explicit PlainRounds(World& world)
        : m_world(world)
        , m_messages(world.options().messages)
    {
        m_world.fill("plain", 4, m_messages, plainMessage);
    }

    /// Rate of the plain drain and of the ceiling with the same index.
    double run()
    {
        for (int round = 0; round < m_world.options().repeats; ++round)
            runRound();
        print(m_serverCopy);
        print(m_consume);
        print(m_ceiling);
        print(m_drain, m_ceiling.perSecond());
        if (m_oneLane.messages > 0)
            print(m_oneLane, m_ceiling.perSecond());
        if (m_bareDrain.messages > 0) {
            print(m_bareCeiling);
            print(m_bareDrain, m_bareCeiling.perSecond());
        }
        return m_drain.perSecond();
    }

private:
    void runRound()
    {
        std::string conninfo;
        keepBest(m_drain, drain(m_world, drainOf("drain, BRIN", 0, "brin"), &conninfo));
        compare(conninfo, m_ceiling, &m_serverCopy);
        keepBest(m_consume, consumeOnly(m_world, "plain", m_messages));
        if (m_world.options().wants("lanes"))
            keepBest(m_oneLane, drain(m_world, drainOf("drain, 1 lane, BRIN", 1, "brin")));
        if (!m_world.options().wants("index"))
            return;
        keepBest(m_bareDrain, drain(m_world, drainOf("drain, no index", 0, "none"), &conninfo));
        compare(conninfo, m_bareCeiling, nullptr);
        m_bareCeiling.name = "ceiling without index";
    }

    [[nodiscard]] Drain drainOf(const std::string& name, int lanes, const std::string& index) const
    {
        return {.name = name,
                .topics = "plain",
                .messages = m_messages,
                .lanes = lanes,
                .index = index};
    }

    /// The drained table's own rows, loaded again into a table of the same definition.
    void compare(const std::string& conninfo, Measured& ceiling, Measured* serverCopied)
    {
        const std::string file = m_world.cluster().dataFolder() + "/rows.bin";
        SqlClient sql(conninfo);
        sql.run("COPY plain TO '" + file + "' (FORMAT binary)");
        sql.run("CREATE TABLE same (LIKE plain INCLUDING ALL)");
        sql.run("TRUNCATE plain");
        keepBest(ceiling, consumeAndCopy(m_world, "plain", m_messages, conninfo, "same", file));
        if (serverCopied != nullptr)
            keepBest(*serverCopied, serverCopy(m_world, conninfo, "same", file, m_messages));
        sql.run("TRUNCATE same");
    }

    World& m_world;
    std::int64_t m_messages;
    Measured m_serverCopy;
    Measured m_consume;
    Measured m_ceiling;
    Measured m_drain;
    Measured m_oneLane;
    Measured m_bareCeiling;
    Measured m_bareDrain;
};

void drainBest(World& world, const Drain& what, double against)
{
    Measured best;
    for (int round = 0; round < world.options().repeats; ++round)
        keepBest(best, drain(world, what));
    print(best, against);
}

void drainOthers(World& world, double plainRate)
{
    const std::int64_t messages = world.options().messages;
    if (world.options().wants("interleaved")) {
        world.fill("interleaved", 4, messages, [](std::int64_t number) {
            return number / 4 % 2 == 0 ? plainMessage(number) : nextVersionMessage(number);
        });
        drainBest(world, {"two schema versions, 50/50", "interleaved", messages}, plainRate);
    }
    if (world.options().wants("topics")) {
        const int topics = world.options().topics;
        for (int topic = 0; topic < topics; ++topic)
            world.fill("small-" + std::to_string(topic), 1, messages / topics, plainMessage);
        drainBest(world,
                  {std::to_string(topics) + " topics", "small-.*", messages / topics * topics},
                  plainRate);
    }
    if (world.options().wants("wide")) {
        world.fill("wide", 4, messages / 10, wideMessage);
        drainBest(world, {"200 columns", "wide", messages / 10}, 0);
    }
    if (world.options().wants("hot")) {
        world.broker().admin().createTopic("hot", 64);
        harness::TestProducer producer(world.broker().brokers(), {{"linger.ms", "20"}});
        for (std::int64_t number = 0; number < messages; ++number)
            producer.produce(
                {.topic = "hot",
                 .value = plainMessage(number),
                 .key = {},
                 .partition = number % 100 == 0 ? static_cast<int>(number / 100 % 64) : 7});
        producer.flush();
        drainBest(world, {"hot partition, 1 of 64", "hot", messages}, plainRate);
    }
}

/// Large messages between small ones, as they are and with a limit that lets them in.
void drainLarge(World& world)
{
    const int large = world.options().largeMessages;
    const auto bytes = static_cast<std::size_t>(world.options().largeMb) << 20U;
    world.broker().admin().createTopic("large", 1, {{"max.message.bytes", "209715200"}});
    harness::TestProducer producer(world.broker().brokers(), {{"message.max.bytes", "209715200"}});
    constexpr int smallBetween = 1'000;
    for (int number = 0; number < large; ++number) {
        for (int small = 0; small < smallBetween; ++small)
            producer.produce({.topic = "large", .value = largeMessage(small, 200)});
        producer.send({.topic = "large", .value = largeMessage(number, bytes)});
    }
    producer.flush();
    const std::int64_t messages = std::int64_t{large} * (smallBetween + 1);
    print(drain(world,
                {std::to_string(world.options().largeMb) + " MB messages", "large", messages}));
}

int run(const Options& options)
{
    World world(options);
    std::printf(
        "fsync on, synchronous_commit on, shared_buffers 256MB, max_wal_size 4GB; codec %s; "
        "best of %d; CPU in seconds\n",
        options.codec.c_str(), options.repeats);
    printHead();
    const bool needsPlain =
        options.wants("drain") || options.wants("lanes") || options.wants("index");
    const double plainRate = needsPlain ? PlainRounds(world).run() : 0;
    drainOthers(world, plainRate);
    if (options.wants("latency"))
        print(latency(world));
    if (options.wants("large"))
        drainLarge(world);
    return 0;
}

} // namespace
} // namespace millrace::bench

int main(int argc, char** argv)
{
    try {
        const int part = millrace::bench::runPart(argc, argv);
        return part >= 0 ? part : millrace::bench::run(millrace::bench::parseOptions(argc, argv));
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "%s\n", exception.what());
        return 1;
    }
}
