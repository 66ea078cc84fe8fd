// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo_host.h"
#include "core/engine/engine.h"
#include "core/postgres/cluster_place.h"
#include "tests/harness/wait_until.h"
#include "tests/support/test_registry.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <atomic>

using namespace millrace;
using namespace millrace::app;
using namespace std::chrono_literals;

namespace {

/// As root the cluster's files stand outside of the data folder; they go with this.
struct ClusterFiles
{
    std::filesystem::path dataDir;
    ~ClusterFiles()
    {
        const auto place = postgres::makeClusterPlace(dataDir);
        if (!place)
            return;
        std::filesystem::remove_all(place->home);
        std::filesystem::remove_all(place->sockets);
    }
};

std::string ask(const engine::Settings& settings, const std::string& question)
{
    auto session = postgres::Connection::open(settings.database, {});
    if (!session)
        return describe(session.error());
    const auto answer = session->query(question);
    return answer ? std::string(answer->text(0, 0)) : describe(answer.error());
}

} // namespace

class TstDemoHost : public QObject
{
    Q_OBJECT

private slots:
    void fourTablesGrowAndARestartIsAGeneration();

private:
    /// Runs demo and engine until every question is answered with "t"; what is not, or nothing.
    std::string runUntil(const std::filesystem::path& path,
                         const std::vector<std::string>& questions);
};

std::string TstDemoHost::runUntil(const std::filesystem::path& path,
                                  const std::vector<std::string>& questions)
{
    auto folder = DataFolder::open(path);
    if (!folder)
        return describe(folder.error());
    auto host = DemoHost::start(*folder, 500);
    if (!host)
        return describe(host.error());
    engine::Settings settings;
    settings.instance = "demo-test";
    settings.dataDir = path;
    host->tell(settings);
    const auto engine = engine::Engine::start(settings);
    if (!engine)
        return describe(engine.error());
    const auto landed = [&engine] { return (*engine)->status().landedRecords(); };
    if (const auto fed = host->feed(landed); !fed)
        return describe(fed.error());
    std::string open;
    const bool all = harness::waitUntil(90s, [&] {
        for (const std::string& question : questions) {
            open = question + ": " + ask(settings, question);
            if (!open.ends_with(": t"))
                return false;
        }
        return true;
    });
    host->endFeed();
    return all ? std::string() : open;
}

void TstDemoHost::fourTablesGrowAndARestartIsAGeneration()
{
    const QTemporaryDir parent;
    const std::filesystem::path path = parent.filePath("data").toStdString();
    std::filesystem::create_directories(path);
    const ClusterFiles files{path};
    const std::string trouble = runUntil(
        path, {"SELECT count(*) = 4 AND min(rows) > 100 FROM millrace.topic_status",
               "SELECT count(DISTINCT class) > 2 FROM millrace.dead_letter WHERE reason <> ''",
               // in place, unless one of these questions is being asked just then
               "SELECT count(*) > 0 FROM millrace.schema_change WHERE column_name LIKE 'rating%'"
               " AND change IN ('widen_column', 'variant_column')",
               "SELECT count(*) > 0 FROM millrace.schema_change WHERE column_name = 'tip__text'",
               "SELECT bool_and(balanced) FROM millrace.balance"});
    QVERIFY2(trouble.empty(), trouble.c_str());
    const std::string again = runUntil(
        path, {"SELECT count(*) = 4 FROM millrace.generation WHERE generation = 2 AND reason ="
               " 'demo_restart'",
               "SELECT count(*) > 0 FROM orders WHERE _generation = 1",
               "SELECT count(*) > 0 FROM orders WHERE _generation = 2",
               "SELECT count(*) = 0 FROM millrace.event WHERE level = 'alarm'",
               "SELECT count(*) = 0 FROM millrace.gap"});
    QVERIFY2(again.empty(), again.c_str());
}

MR_TEST(TstDemoHost)
#include "tst_demo_host.moc"
