// SPDX-License-Identifier: GPL-3.0-or-later
// bench_http [seconds]: wrk (Debian package) at 64 connections against `millrace --serve --ingest
// off` and, in turns, against tests/bench/fastapi_peer.py under uvicorn with two workers, whose
// packages (fastapi, uvicorn[standard], asyncpg) are in the virtual environment of
// MILLRACE_FASTAPI; without it ours is measured alone. The last part is a normal client's latency
// while 1,000 slow connections are open.

#include "tests/harness/child_process.h"
#include "tests/harness/harness_error.h"
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/scratch_folder.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace millrace::bench {
namespace {

using namespace harness;
using namespace std::chrono_literals;

constexpr int orders = 200'000;
constexpr const char* cached = "aggregate, cached";
constexpr int slowConnections = 1'000;

struct Asked
{
    std::string name;
    std::string method;
    std::string path;
    std::string body = {};
    std::string peerPath = {};
    std::string peerBody = {};
    int count = 1; ///< of the rows read
    int keys = orders;
};

struct Figures
{
    double p50Ms = 0;
    double p99Ms = 0;
    double perSecond = 0;
    long errors = 0;
};

const std::string selectRows =
    R"({"query":"select id, name, amount from orders where id >= $1 and id < $2",)"
    R"("params":[KEY,NEXT],"format":"rows"})";

std::vector<Asked> allAsked()
{
    const std::string aggregate =
        R"({"table":"orders","where":[{"column":"customer","op":"=","value":KEY}],)"
        R"("group_by":["name"],"measures":["count",{"kind":"sum","column":"amount"}]})";
    return {{"GET /tables/", "GET", "/tables/", "", "/tables/"},
            {cached, "POST", "/aggregate",
             R"({"table":"orders","group_by":["name"],"measures":["count"]})"},
            {"keyed aggregate, uncached", "POST", "/aggregate", aggregate, "/aggregate",
             R"({"customer":KEY})", 1, orders / 10},
            {"1 row", "POST", "/query", selectRows, "/rows?first=KEY&count=1"},
            {"1 row, its text anew", "GET",
             "/query?format=rows&query=select%20id,name,amount%20from%20orders%20where%20id=KEY",
             "", "/rows?first=KEY&count=1"},
            {"100 rows", "POST", "/query", selectRows, "/rows?first=KEY&count=100", "", 100}};
}

std::string makeTables(SqlClient& sql)
{
    sql.run("CREATE TABLE orders AS SELECT 0 AS _partition, i::int8 AS _offset, i::int8 AS id,"
            " 'name ' || i % 50 AS name, (i % 1000)::numeric / 7 AS amount,"
            " (i / 10)::int8 AS customer FROM generate_series(1, " +
            std::to_string(orders) +
            ") i; CREATE UNIQUE INDEX ON orders (id); CREATE INDEX ON orders (customer);"
            " ANALYZE orders;"
            "INSERT INTO millrace.topic (topic, table_name, table_oid)"
            " VALUES ('orders', 'orders', 'orders'::regclass);"
            "INSERT INTO millrace.column_map (topic, column_name, path, type) VALUES"
            " ('orders', 'id', '[\"id\"]', 'bigint'), ('orders', 'name', '[\"name\"]', 'text'),"
            " ('orders', 'amount', '[\"amount\"]', 'numeric'),"
            " ('orders', 'customer', '[\"customer\"]', 'bigint');"
            "INSERT INTO millrace.generation (topic, generation, reason) VALUES ('orders', 1, 'x');"
            "INSERT INTO millrace.position (topic, generation, partition, first_offset,"
            " next_offset, low_seen) VALUES ('orders', 1, 0, 0, " +
            std::to_string(orders + 1) + ", 0)");
    return "[\"orders\"]\n";
}

Figures ask(const std::string& where, const Asked& asked, bool isPeer, int seconds,
            const std::string& output)
{
    ChildSpec wrk{.program = "wrk",
                  .arguments = {"-t1", "-c64", "-d" + std::to_string(seconds) + "s", "-s",
                                MR_BENCH_FOLDER "/bench_http.lua", "http://" + where},
                  .outputFile = output};
    const bool isGet = isPeer && asked.peerBody.empty();
    wrk.environment = {{"BENCH_METHOD", isGet ? "GET" : asked.method},
                       {"BENCH_PATH", isPeer ? asked.peerPath : asked.path},
                       {"BENCH_BODY", isPeer ? asked.peerBody : asked.body},
                       {"BENCH_COUNT", std::to_string(asked.count)},
                       {"BENCH_KEYS", std::to_string(asked.keys)}};
    const std::string told = runTool(wrk, std::chrono::seconds(seconds + 30));
    const auto at = told.rfind("figures ");
    if (at == std::string::npos)
        throw HarnessError("wrk says: " + told);
    std::istringstream text(told.substr(at + 8));
    double p50 = 0;
    double p99 = 0;
    double requests = 0;
    double duration = 0;
    Figures figures;
    text >> p50 >> p99 >> requests >> duration >> figures.errors;
    figures.p50Ms = p50 / 1e3;
    figures.p99Ms = p99 / 1e3;
    figures.perSecond = requests / duration * 1e6;
    return figures;
}

void print(const std::string& name, const char* who, const Figures& figures, const char* more)
{
    std::printf("%-28s %-9s %9.0f/s  p50 %8.2f ms  p99 %8.2f ms  errors %ld %s\n", name.c_str(),
                who, figures.perSecond, figures.p50Ms, figures.p99Ms, figures.errors, more);
    std::fflush(stdout);
}

/// The peer's workers are children of its process: no figure of memory for it.
std::unique_ptr<ChildProcess> startPeer(const PostgresCluster& cluster, const std::string& database,
                                        const std::string& address, int port,
                                        const std::string& output)
{
    const char* folder = std::getenv("MILLRACE_FASTAPI");
    if (folder == nullptr)
        return nullptr;
    const auto name = SqlClient(database).value("SELECT current_database()");
    ChildSpec spec{.program = std::string(folder) + "/bin/uvicorn",
                   .arguments = {"fastapi_peer:app", "--workers", "2", "--host", address, "--port",
                                 std::to_string(port), "--no-access-log", "--app-dir",
                                 MR_BENCH_FOLDER},
                   .outputFile = output};
    spec.environment = {{"DATABASE", "postgres://postgres@" + cluster.address() + ":" +
                                         std::to_string(cluster.port()) + "/" + name},
                        {"PYTHONDONTWRITEBYTECODE", "1"}};
    auto peer = std::make_unique<ChildProcess>(spec);
    const std::string where = address + ":" + std::to_string(port);
    if (!waitUntil(30s, [&] { return httpGet(where, "/tables/").status == 200; }))
        throw HarnessError("the peer does not answer: " + readFile(output));
    return peer;
}

/// A header that never ends, from each; the next byte comes when a connection is due.
class SlowCrowd
{
public:
    explicit SlowCrowd(const std::string& where)
    {
        const rlimit files{4'096, 4'096};
        ::setrlimit(RLIMIT_NOFILE, &files);
        const auto colon = where.rfind(':');
        for (int i = 0; i < slowConnections; ++i) {
            const int one = connectTo(where.substr(0, colon), std::atoi(&where[colon + 1]));
            if (one >= 0 && sendAll(one, "GET /tables/ HTTP/1.1\r\nX: ", 26))
                m_sockets.push_back(one);
        }
    }
    ~SlowCrowd()
    {
        for (const int one : m_sockets)
            ::close(one);
    }
    [[nodiscard]] std::size_t size() const { return m_sockets.size(); }

private:
    std::vector<int> m_sockets;
};

void run(int seconds)
{
    PostgresCluster cluster;
    cluster.start();
    const std::string database = cluster.createDatabase();
    ScratchFolder folder;
    WorkerProcess worker({.database = database, .arguments = {"--ingest", "off"}});
    worker.startReady();
    std::string where = readFile(worker.dataFolder() + "/listen");
    std::erase(where, '\n');
    SqlClient sql(database);
    const std::string listed = makeTables(sql);
    if (!waitUntil(30s, [&] {
            return httpGet(where, "/tables/").body == listed &&
                   httpGet(where, "/query?query=select%20id%20from%20orders%20limit%201").status ==
                       200;
        }))
        throw HarnessError("the table does not show: " + worker.logText());
    const int port = freePort();
    const auto peer = startPeer(cluster, database, ownAddress(), port, folder.file("peer"));
    for (const Asked& asked : allAsked()) {
        if (asked.name == cached) // wrk adds what each client missed while it waited for the first
            (void)httpPost(where, asked.path, asked.body);
        const auto before = worker.process().cpu();
        Figures ours = ask(where, asked, false, seconds, folder.file("wrk"));
        const double cpu = static_cast<double>((worker.process().cpu() - before).count());
        const std::string more =
            " server CPU " + std::to_string(cpu * 1e3 / (ours.perSecond * seconds)) + " us/request";
        print(asked.name, "millrace", ours, more.c_str());
        if (!peer || asked.peerPath.empty())
            continue;
        const Figures theirs = ask(ownAddress() + ":" + std::to_string(port), asked, true, seconds,
                                   folder.file("wrk"));
        print(asked.name, "FastAPI", theirs,
              (" ours " + std::to_string(ours.perSecond / theirs.perSecond) + " x").c_str());
    }
    {
        const SlowCrowd crowd(where);
        const Figures ours = ask(where, allAsked().front(), false, 4, folder.file("wrk"));
        print("GET /tables/, " + std::to_string(crowd.size()) + " slow", "millrace", ours, "");
    }
    std::printf("peak RSS %ld MB\n", worker.process().peakRssKb() / 1024);
}

} // namespace
} // namespace millrace::bench

int main(int count, char** arguments)
{
    try {
        millrace::bench::run(count > 1 ? std::atoi(arguments[1]) : 10);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
