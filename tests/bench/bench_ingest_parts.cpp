// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_parts.h"

#include "tests/harness/child_process.h"
#include "tests/harness/harness_error.h"
#include "tests/harness/kafka_client.h"
#include "tests/harness/sql_client.h"

#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <cstdio>
#include <fstream>

namespace millrace::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

harness::ChildSpec partOf(const std::vector<std::string>& arguments)
{
    return {.program = "/proc/self/exe", .arguments = arguments, .outputFile = "/dev/stderr"};
}

/// Waits for a child; adds its CPU.
void await(harness::ChildProcess& child, Measured& into)
{
    const auto ended = child.wait(10min);
    if (!ended || ended->code != 0)
        throw harness::HarnessError(into.name + ": a part has failed");
    into.workerCpu += std::chrono::duration<double>(ended->cpu).count();
}

void assignAll(rd_kafka_t* consumer, const std::string& topic, int partitions)
{
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition)
        rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
}

int consume(const std::string& brokers, const std::string& topic, std::int64_t messages,
            int partitions)
{
    const harness::KafkaHandle consumer =
        harness::openConsumer({{"bootstrap.servers", brokers},
                               {"group.id", "bench"},
                               {"enable.auto.commit", "false"},
                               {"isolation.level", "read_committed"},
                               {"check.crcs", "true"}});
    assignAll(consumer.get(), topic, partitions);
    const harness::KafkaQueueHandle queue(rd_kafka_queue_get_consumer(consumer.get()));
    std::array<rd_kafka_message_t*, 10'000> batch{};
    for (std::int64_t left = messages; left > 0;) {
        const auto got = rd_kafka_consume_batch_queue(queue.get(), 100, batch.data(), batch.size());
        for (ssize_t i = 0; i < got; ++i) {
            rd_kafka_message_t* message = batch[static_cast<std::size_t>(i)];
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                --left;
            rd_kafka_message_destroy(message);
        }
    }
    return 0;
}

int copy(const std::string& conninfo, const std::string& table, const std::string& file)
{
    const std::unique_ptr<PGconn, decltype(&PQfinish)> conn(PQconnectdb(conninfo.c_str()),
                                                            PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> begun(
        PQexec(conn.get(), ("COPY " + table + " FROM STDIN (FORMAT binary)").c_str()), PQclear);
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
        return 1;
    std::ifstream in(file, std::ios::binary);
    std::vector<char> chunk(256 * 1024);
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), in.gcount() > 0)
        PQputCopyData(conn.get(), chunk.data(), static_cast<int>(in.gcount()));
    PQputCopyEnd(conn.get(), nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> ended(PQgetResult(conn.get()), PQclear);
    return PQresultStatus(ended.get()) == PGRES_COMMAND_OK ? 0 : 1;
}

} // namespace

Measured serverCopy(World& world, const std::string& conninfo, const std::string& table,
                    const std::string& file, std::int64_t rows)
{
    Measured made{.name = "server-side COPY of a binary file", .messages = rows};
    harness::SqlClient sql(conninfo);
    sql.run("TRUNCATE " + table);
    world.settle();
    const double before = world.postgresCpu();
    const auto start = Clock::now();
    sql.run("COPY " + table + " FROM '" + file + "' (FORMAT binary)");
    made.seconds = secondsSince(start);
    made.postgresCpu = world.postgresCpu() - before;
    return made;
}

Measured consumeOnly(World& world, const std::string& topic, std::int64_t messages)
{
    Measured made{.name = "consume only", .messages = messages};
    const int partitions = world.broker().admin().partitionCount(topic);
    const double before = world.brokerCpu();
    const auto start = Clock::now();
    harness::ChildProcess child(partOf({"consume", world.broker().brokers(), topic,
                                        std::to_string(messages), std::to_string(partitions)}));
    await(child, made);
    made.seconds = secondsSince(start);
    made.brokerCpu = world.brokerCpu() - before;
    return made;
}

Measured consumeAndCopy(World& world, const std::string& topic, std::int64_t messages,
                        const std::string& conninfo, const std::string& table,
                        const std::string& file)
{
    Measured made{.name = "ceiling: both at once", .messages = messages};
    harness::SqlClient(conninfo).run("TRUNCATE " + table);
    world.settle();
    const int partitions = world.broker().admin().partitionCount(topic);
    const double brokerBefore = world.brokerCpu();
    const double postgresBefore = world.postgresCpu();
    const auto start = Clock::now();
    harness::ChildProcess reader(partOf({"consume", world.broker().brokers(), topic,
                                         std::to_string(messages), std::to_string(partitions)}));
    harness::ChildProcess writer(partOf({"copy", conninfo, table, file}));
    await(reader, made);
    await(writer, made);
    made.seconds = secondsSince(start);
    made.brokerCpu = world.brokerCpu() - brokerBefore;
    made.postgresCpu = world.postgresCpu() - postgresBefore;
    return made;
}

int runPart(int argc, char** argv)
{
    const std::string part = argc > 1 ? argv[1] : "";
    if (part == "consume" && argc == 6)
        return consume(argv[2], argv[3], std::atoll(argv[4]), std::atoi(argv[5]));
    if (part == "copy" && argc == 5)
        return copy(argv[2], argv[3], argv[4]);
    return -1;
}

} // namespace millrace::bench
