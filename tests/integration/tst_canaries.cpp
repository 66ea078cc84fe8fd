// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/scratch_folder.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

using namespace millrace::harness;
using namespace std::chrono_literals;

/// Secrets in every place that takes one, and everything going wrong around them: none is seen.
class TstCanaries : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_cluster.start(); }

    void aCommandThatFailsTellsNone_data();
    void aCommandThatFailsTellsNone();
    void aServerInTroubleTellsNone();

private:
    [[nodiscard]] WorkerOptions everySecret(const std::string& database, bool inTheEnvironment);

    PostgresCluster m_cluster;
    ScratchFolder m_folder;
};

namespace {

/// Part of every secret here, and of nothing else.
const std::string canary = "c4n4ry";

std::string secret(const char* of)
{
    return canary + "-" + of + "-0123456789";
}

void write(const std::string& file, const std::string& text)
{
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
}

/// What stands around the first one.
std::string around(const std::string& text)
{
    constexpr std::size_t before = 300;
    const auto at = text.find(canary);
    return at == std::string::npos ? "" : text.substr(at - std::min(at, before), 2 * before);
}

/// With what it sends beside the path.
std::string ask(const std::string& where, const std::string& request)
{
    const auto colon = where.rfind(':');
    const int one = connectTo(where.substr(0, colon), std::atoi(&where[colon + 1]));
    std::string text;
    if (one < 0 || !sendAll(one, request.data(), request.size()))
        return "no connection";
    char part[4'096];
    for (ssize_t got = 0; (got = ::recv(one, part, sizeof part, 0)) > 0;)
        text.append(part, static_cast<std::size_t>(got));
    ::close(one);
    return text;
}

std::string post(const std::string& path, const std::string& headers, const std::string& body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

} // namespace

/// A broker that is not there, and a database that asks for no password.
WorkerOptions TstCanaries::everySecret(const std::string& database, bool inTheEnvironment)
{
    write(m_folder.file("tokens"), "");
    WorkerOptions made;
    const std::string brokers = ownAddress() + ":" + std::to_string(freePort());
    const std::string main = database + " password=" + secret("database");
    const std::string questions = database + " password=" + secret("questions");
    const std::vector<std::string> kafka = {"security.protocol=SASL_SSL",
                                            "sasl.mechanism=PLAIN",
                                            "sasl.username=ada",
                                            "sasl.password=" + secret("sasl"),
                                            "ssl.key.password=" + secret("key"),
                                            "ssl.keystore.password=" + secret("keystore")};
    made.arguments = {"--token-file", m_folder.file("tokens")};
    if (inTheEnvironment) {
        made.environment = {{"MILLRACE_BROKERS", brokers},
                            {"MILLRACE_DATABASE", main},
                            {"MILLRACE_QUERY_DATABASE", questions}};
        for (const std::string& property : kafka)
            made.environment["MILLRACE_KAFKA"] += property + ";";
        return made;
    }
    made.brokers = brokers;
    made.database = main;
    made.arguments.insert(made.arguments.end(), {"--query-database=" + questions});
    for (const std::string& property : kafka)
        made.arguments.insert(made.arguments.end(), {"--kafka", property});
    return made;
}

void TstCanaries::aCommandThatFailsTellsNone_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("file"); // of --config
    const auto text = [](const std::string& one) { return QString::fromStdString(one); };
    const auto row = [&](const char* name, const QStringList& arguments, const QString& file = {}) {
        QTest::newRow(name) << arguments << file;
    };
    const QString url = text("postgresql://ada:" + secret("url") + "@127.0.0.1:1/d");
    const QString far = text("postgresql://ada:" + secret("url") + "@no.such.host.invalid/d");
    row("check", {"--check", "--database", url, "--brokers", "127.0.0.1:1", "--kafka",
                  text("sasl.password=" + secret("sasl"))});
    row("check of a name", {"--check", "--database", far, "--brokers", "no.such.host.invalid:1"});
    row("printed", {"--print-config", "--database", url, "--query-database", url, "--kafka",
                    text("sasl.password=" + secret("sasl"))});
    row("from a file", {"--print-config"},
        text("database = \"") + url +
            text("\"\nkafka = [\"ssl.key.password=" + secret("key") + "\"]\n"));
    row("bad port", {"--database", text("postgresql://ada:" + secret("url") + "@h:port/d")});
    row("bad key", {"--database", text("host=h pass=" + secret("url"))});
    row("bad property", {"--kafka", text("sasl.pasword=" + secret("sasl"))});
    row("no property", {"--kafka", text(secret("sasl"))});
    row("no flag", {text(secret("word"))});
    row("mistyped flag", {text("--databse=" + secret("url"))});
    row("bad file", {}, text("database = \"" + secret("url") + "\n"));
    row("bad list", {}, text("kafka = \"sasl.password=" + secret("sasl") + "\"\n"));
    row("a token file of secrets",
        {"--token", "list", "--token-file", text(m_folder.file("plain-tokens"))});
    row("a key that is none", {"--check", "--tls-certificate", text(m_folder.file("key")),
                               "--tls-key", text(m_folder.file("key"))});
    row("a scope that is none", {"--token", "add", "a", "--scope", text(secret("scope"))});
}

void TstCanaries::aCommandThatFailsTellsNone()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, file);
    write(m_folder.file("plain-tokens"), "ops read " + secret("token") + "\n");
    write(m_folder.file("key"),
          "-----BEGIN PRIVATE KEY-----\n" + secret("pem") + "\n-----END PRIVATE KEY-----\n");
    WorkerOptions options;
    options.arguments = {"--serve"};
    if (!file.isEmpty()) {
        write(m_folder.file("config"), file.toStdString());
        options.arguments.insert(options.arguments.end(), {"--config", m_folder.file("config")});
    }
    for (const QString& argument : arguments)
        options.arguments.push_back(argument.toStdString());
    WorkerProcess worker(options);
    worker.start();
    worker.awaitEnd(60s);
    const std::string said = worker.logText();
    QVERIFY(!said.empty());
    QVERIFY2(said.find(canary) == std::string::npos, said.c_str());
}

void TstCanaries::aServerInTroubleTellsNone()
{
    for (const bool inTheEnvironment : {false, true}) {
        const std::string database = m_cluster.createDatabase();
        WorkerProcess worker(everySecret(database, inTheEnvironment));
        worker.startReady();
        std::string where = readFile(worker.dataFolder() + "/listen");
        std::erase(where, '\n');
        std::string seen = readFile("/proc/" + std::to_string(worker.process().pid()) + "/cmdline");
        QVERIFY(inTheEnvironment || seen.find("--query-database=") != std::string::npos);
        const auto look = [&] {
            const std::string bearer = "Authorization: Bearer " + secret("token") + "\r\n";
            for (const char* path :
                 {"/", "/health", "/metrics", "/tables/", "/topics", "/openapi.json", "/docs",
                  "/schema-changes", "/dead-letters", "/jobs/1", "/tables/orders",
                  "/query?query=select%20pg_sleep(1)", "/query?query=select%201%20from%20nothing"})
                seen += httpGet(where, path).body;
            seen += ask(where, post("/topics/orders", bearer, R"({"wanted": "pause"})"));
            seen += ask(where, post("/dead-letters/replay", bearer, "{"));
            seen += ask(where, post("/query", "Cookie: " + secret("cookie") + "\r\n",
                                    R"({"query": "select password from pg_authid"})"));
            seen += ask(where, "GET /tables/ HTTP/1.1\r\n" + bearer + "\r\n\r\n");
            seen += ask(where, "GET /tables/?token=" + secret("url") + " HTTP/1.1\r\n" + bearer +
                                   "Connection: close\r\nHost: localhost\r\n\r\n");
        };
        QVERIFY(waitUntil(10s, [&] { return httpGet(where, "/metrics").status == 200; }));
        look();
        m_cluster.stop();
        QVERIFY(waitUntil(20s, [&] { return httpGet(where, "/health").status == 503; }));
        look();
        m_cluster.start();
        QVERIFY(worker.awaitLog("Connection refused", 20s)); // Kafka's; its words are in the log
        QVERIFY(worker.stop().code == 0);
        seen += worker.logText();
        QVERIFY(seen.size() > 10'000);
        QVERIFY2(seen.find(canary) == std::string::npos, around(seen).c_str());
    }
}

MR_TEST(TstCanaries)
#include "tst_canaries.moc"
