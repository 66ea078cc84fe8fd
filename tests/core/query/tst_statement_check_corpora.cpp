// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/corpora.h"
#include "tests/support/statement_lists.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// The outside lists of statements, judged by the parser alone: wall A without wall B.
namespace {

/// For as many parameters as the text may name.
std::vector<std::optional<std::string>> valuesOf(const std::string& sql)
{
    std::vector<std::optional<std::string>> values;
    while (sql.find("$" + std::to_string(values.size() + 1)) != std::string::npos)
        values.emplace_back("7");
    return values;
}

} // namespace

class TstStatementCheckCorpora : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void refusesWhatMustBeRefused();
    void refusesWhatIsGenerated();
    void acceptsWhatAnalystsWrite();
    void textThatIsNoStatementIsRefused();

private:
    QString m_folder;
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstStatementCheckCorpora::initTestCase()
{
    m_folder = tests::corporaFolder();
    if (m_folder.isEmpty())
        QSKIP("MILLRACE_CORPORA names no folder of corpora");
}

void TstStatementCheckCorpora::refusesWhatMustBeRefused()
{
    const auto statements = tests::corpusStatements(m_folder, "sandbox_refuse.jsonl");
    QVERIFY(statements.size() > 200);
    QStringList passed;
    for (const tests::ListedStatement& line : statements) {
        const auto checked = checkStatement(line.sql, m_catalogue, valuesOf(line.sql));
        if (checked && (line.expect == "must_refuse" || line.expect == "refuse_or_stop"))
            passed += QString::fromStdString(line.name);
        if (!checked) {
            const Problem& problem = checked.problems().front();
            QVERIFY2(problem.position && *problem.position > 0 && !problem.message.empty(),
                     line.name.c_str());
        }
    }
    QVERIFY2(passed.isEmpty(), qPrintable(passed.join("\n")));
}

void TstStatementCheckCorpora::refusesWhatIsGenerated()
{
    const auto statements = tests::generatedStatements(m_folder);
    QVERIFY(!statements.empty());
    for (const tests::ListedStatement& line : statements)
        QVERIFY2(!checkStatement(line.sql, m_catalogue), line.name.c_str());
}

void TstStatementCheckCorpora::acceptsWhatAnalystsWrite()
{
    const auto statements = tests::corpusStatements(m_folder, "sandbox_accept.jsonl");
    QVERIFY(statements.size() > 50);
    QStringList refused;
    int refusedCore = 0;
    for (const tests::ListedStatement& line : statements) {
        const auto checked = checkStatement(line.sql, m_catalogue, valuesOf(line.sql));
        if (checked)
            continue;
        refusedCore += line.expect == "core" ? 1 : 0;
        refused += QString::fromStdString(line.sql + "\n    " + checked.problems().front().message);
    }
    QVERIFY2(refusedCore == 0, qPrintable(refused.join("\n")));
    QVERIFY2(refused.size() * 100 <= static_cast<int>(statements.size()) * 5,
             qPrintable(refused.join("\n")));
}

void TstStatementCheckCorpora::textThatIsNoStatementIsRefused()
{
    const auto strings = tests::injectedStrings(m_folder);
    QVERIFY(strings.size() > 1'000);
    for (const tests::ListedStatement& line : strings) {
        const auto checked = checkStatement(line.sql, m_catalogue);
        QVERIFY2(!checked || QByteArray::fromStdString(line.sql).toLower().startsWith("select"),
                 line.name.c_str());
    }
}

MR_TEST(TstStatementCheckCorpora)
#include "tst_statement_check_corpora.moc"
