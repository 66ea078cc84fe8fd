// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/harness/harness_error.h"
#include "tests/integration/scene.h"
#include "tests/integration/wall_watch.h"
#include "tests/support/corpora.h"
#include "tests/support/statement_lists.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;

/// Wall B removed: what the parser lets through runs as a superuser who may write.
class TstWallA : public QObject
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
    void theParserAloneKeepsEverythingSafe();

private:
    struct Figures
    {
        int all = 0;
        int passed = 0;
        int answered = 0;
        QStringList troubles;
    };
    /// Those that pass are run.
    void judge(const std::vector<tests::ListedStatement>& statements, Figures& figures,
               const std::function<bool(const tests::ListedStatement&)>& mayPass);
    void run(const tests::ListedStatement& statement, Figures& figures);

    QString m_folder;
    PostgresCluster m_cluster;
    std::unique_ptr<QuestionScene> m_scene;
    std::unique_ptr<SqlClient> m_owner;
};

void TstWallA::run(const tests::ListedStatement& statement, Figures& figures)
{
    constexpr qint64 timeMaxMs = 5'000 + 1'000;
    QElapsedTimer timer;
    timer.start();
    const auto trouble = [&](const QString& what) {
        figures.troubles += what + ": " + QString::fromStdString(statement.name);
    };
    try {
        const auto rows = m_owner->rows(statement.sql);
        ++figures.answered;
        for (const SqlRow& row : rows)
            for (const auto& cell : row)
                if (cell.value_or("").find("canary") != std::string::npos &&
                    statement.sql.find("canary") == std::string::npos)
                    trouble("read a canary");
    } catch (const HarnessError&) {
        // the server refuses for reasons of its own: a division by zero, a table that is not there
    }
    if (timer.elapsed() > timeMaxMs)
        trouble("took " + QString::number(timer.elapsed()) + " ms");
}

void TstWallA::judge(const std::vector<tests::ListedStatement>& statements, Figures& figures,
                     const std::function<bool(const tests::ListedStatement&)>& mayPass)
{
    const query::Catalogue catalogue = tests::shopCatalogue();
    for (const tests::ListedStatement& statement : statements) {
        ++figures.all;
        if (!query::checkStatement(statement.sql, catalogue))
            continue;
        ++figures.passed;
        if (!mayPass(statement))
            figures.troubles += "passes: " + QString::fromStdString(statement.name);
        run(statement, figures);
    }
}

void TstWallA::theParserAloneKeepsEverythingSafe()
{
    query::QueryLimits limits;
    WallWatch watch(*m_scene, limits);
    m_owner = std::make_unique<SqlClient>(m_scene->database());
    m_owner->run("SET search_path = pg_catalog, shop; SET statement_timeout = '5s'");
    const std::string before = watch.trace();
    const std::string settings = "SELECT md5(string_agg(name || setting, ',' ORDER BY name))"
                                 " FROM pg_settings WHERE name NOT LIKE 'plpgsql.%'";
    const std::string clean = m_owner->value(settings);

    Figures attacks;
    judge(tests::ownStatements("attacks.sql"), attacks, [](const auto&) { return false; });
    judge(tests::corpusStatements(m_folder, "sandbox_refuse.jsonl"), attacks, [](const auto& one) {
        return one.expect != "must_refuse" && one.expect != "refuse_or_stop";
    });
    judge(tests::generatedStatements(m_folder), attacks, [](const auto&) { return false; });
    judge(tests::injectedStrings(m_folder), attacks, [](const auto&) { return true; });
    Figures honest;
    judge(tests::ownStatements("honest.sql"), honest, [](const auto&) { return true; });
    judge(tests::corpusStatements(m_folder, "sandbox_accept.jsonl"), honest,
          [](const auto&) { return true; });

    qInfo("%d attacks: %d refused, %d passed, %d answered", attacks.all,
          attacks.all - attacks.passed, attacks.passed, attacks.answered);
    qInfo("%d honest: %d refused, %d passed, %d answered", honest.all, honest.all - honest.passed,
          honest.passed, honest.answered);
    attacks.troubles += honest.troubles;
    QVERIFY2(attacks.troubles.isEmpty(), qPrintable(attacks.troubles.join("\n")));
    QVERIFY(attacks.all >= 150 && honest.passed * 100 >= honest.all * 95);
    QCOMPARE(watch.trace(), before);
    QCOMPARE(m_owner->value(settings), clean);
    QCOMPARE(m_owner->number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), 0);
    QCOMPARE(m_owner->number("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"), 0);
    QCOMPARE(m_owner->number("SELECT count(*) FROM pg_stat_activity WHERE backend_type ="
                             " 'client backend' AND pid NOT IN (pg_backend_pid(), " +
                             std::to_string(m_scene->sql().backendPid()) + ")"),
             0);
}

MR_TEST(TstWallA)
#include "tst_wall_a.moc"
