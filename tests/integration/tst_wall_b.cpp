// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_list.h"
#include "tests/integration/scene.h"
#include "tests/integration/wall_watch.h"
#include "tests/support/corpora.h"
#include "tests/support/statement_lists.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <map>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Wall A removed: every statement of the lists reaches the server as the questions' role.
class TstWallB : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_folder = tests::corporaFolder();
        if (m_folder.isEmpty())
            QSKIP("MILLRACE_CORPORA names no folder of corpora");
        m_cluster.start();
        m_scene = std::make_unique<QuestionScene>(m_cluster);
    }
    void attacksGetNothing();

private:
    QString m_folder;
    PostgresCluster m_cluster;
    std::unique_ptr<QuestionScene> m_scene;
};

namespace {

constexpr auto timeMax = 400ms;
constexpr auto endMax = timeMax + 1s;
constexpr auto processEndMax = 500ms; ///< of what was terminated when that time was over

/// answers.txt: what may answer without wall A, with its class.
std::map<std::string, std::string> listedAnswers()
{
    std::map<std::string, std::string> listed;
    for (const tests::ListedStatement& line : tests::ownStatements("answers.txt")) {
        const std::size_t space = line.sql.find(' ');
        listed[line.sql.substr(space + 1)] = line.sql.substr(0, space);
    }
    return listed;
}

std::vector<tests::ListedStatement> everything(const QString& folder)
{
    auto all = tests::attackStatements(folder);
    for (const query::SandboxStatement& own : query::sandboxStatements(query::sandboxText())) {
        std::string sql(own.sql);
        if (const std::size_t at = sql.find("$schema"); at != std::string::npos)
            sql.replace(at, 7, "shop");
        all.push_back({sql, sql, {}, {}});
    }
    return all;
}

} // namespace

void TstWallB::attacksGetNothing()
{
    query::QueryLimits limits;
    limits.timeMax = timeMax;
    limits.planCostMax = 0;
    limits.answer.rowsMax = 1'000;
    WallWatch watch(*m_scene, limits);
    const auto statements = everything(m_folder);
    const auto listed = listedAnswers();
    const std::string before = watch.trace();
    const std::string clean = watch.sessionState();
    QStringList troubles;
    std::map<Ending, int> endings;
    const auto trouble = [&troubles](const std::string& what, const tests::ListedStatement& of) {
        troubles += QString::fromStdString(what + ": " + of.name.substr(0, 500));
        qWarning("%s", qPrintable(troubles.back()));
    };
    for (const tests::ListedStatement& statement : statements) {
        const Ended ended = watch.run(statement.sql);
        ++endings[ended.ending];
        const auto found = listed.find(statement.name);
        const std::string kind = found == listed.end() ? "" : found->second;
        if (ended.took > endMax)
            trouble("took " + std::to_string(ended.took.count()) + " ms", statement);
        if (kind != "catalogue" && ended.text.find("canary") != std::string::npos &&
            statement.sql.find("canary") == std::string::npos)
            trouble("read a canary", statement);
        if (ended.ending == Ending::Refused || (ended.ending == Ending::Late && !ended.lostPid))
            continue;
        if (kind.empty() || (ended.ending == Ending::Late && kind != "time" && kind != "endless"))
            trouble((ended.ending == Ending::Late ? "late " : "answers ") +
                        ended.text.substr(0, 150),
                    statement);
        if (ended.lostPid != 0 && !watch.ends(ended.lostPid, processEndMax)) {
            if (kind == "endless")
                qInfo("not to be ended: %s", statement.name.c_str());
            else
                trouble("outlives its time", statement);
        }
        if (const std::string state = watch.sessionState(); state != clean)
            trouble("left " + state + " instead of " + clean, statement);
    }
    qInfo("%d statements: %d refused, %d answered, %d late", static_cast<int>(statements.size()),
          endings[Ending::Refused], endings[Ending::Answered], endings[Ending::Late]);
    QVERIFY2(troubles.isEmpty(), qPrintable(troubles.join("\n")));
    QCOMPARE(watch.trace(), before);
    watch.closeSession();
    QVERIFY2(waitUntil(60s, [&] { return watch.backends().empty(); }), watch.backends().c_str());
}

MR_TEST(TstWallB)
#include "tst_wall_b.moc"
