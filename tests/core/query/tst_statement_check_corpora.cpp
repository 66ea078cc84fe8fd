// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"
#include "tests/support/corpora.h"
#include "tests/support/test_registry.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// The outside lists of statements, judged by the parser alone: wall A without wall B.
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
    [[nodiscard]] std::vector<QJsonObject> lines(const QString& name) const;

    QString m_folder;
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstStatementCheckCorpora::initTestCase()
{
    m_folder = tests::corporaFolder();
    if (m_folder.isEmpty())
        QSKIP("MILLRACE_CORPORA names no folder of corpora");
}

std::vector<QJsonObject> TstStatementCheckCorpora::lines(const QString& name) const
{
    QFile file(m_folder + "/sql_injection/" + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    std::vector<QJsonObject> found;
    while (!file.atEnd())
        found.push_back(QJsonDocument::fromJson(file.readLine()).object());
    return found;
}

void TstStatementCheckCorpora::refusesWhatMustBeRefused()
{
    const auto statements = lines("sandbox_refuse.jsonl");
    QVERIFY(statements.size() > 200);
    QStringList passed;
    for (const QJsonObject& line : statements) {
        const QString expect = line["expect"].toString();
        const auto checked =
            checkStatement(line["sql"].toString().toStdString(), m_catalogue, {{"7"}});
        if (checked && (expect == "must_refuse" || expect == "refuse_or_stop"))
            passed += line["id"].toString() + " " + line["sql"].toString();
        if (!checked) {
            const Problem& problem = checked.problems().front();
            QVERIFY2(problem.position && *problem.position > 0 && !problem.message.empty(),
                     qPrintable(line["sql"].toString()));
        }
    }
    QVERIFY2(passed.isEmpty(), qPrintable(passed.join("\n")));
}

void TstStatementCheckCorpora::refusesWhatIsGenerated()
{
    const auto statements = lines("sandbox_generated.jsonl");
    QVERIFY(!statements.empty());
    for (const QJsonObject& line : statements) {
        QString sql =
            line["prefix"].toString() + line["unit"].toString().repeated(line["repeat"].toInt());
        const QJsonObject more = line["suffix_unit"].toObject();
        sql += line["suffix"].toString() + more["head"].toString() +
               more["unit"].toString().repeated(more["repeat"].toInt());
        QVERIFY2(!checkStatement(sql.toStdString(), m_catalogue),
                 qPrintable(line["name"].toString()));
    }
}

void TstStatementCheckCorpora::acceptsWhatAnalystsWrite()
{
    const auto statements = lines("sandbox_accept.jsonl");
    QVERIFY(statements.size() > 50);
    QStringList refused;
    int refusedCore = 0;
    for (const QJsonObject& line : statements) {
        const auto checked =
            checkStatement(line["sql"].toString().toStdString(), m_catalogue, {{"7"}});
        if (checked)
            continue;
        refusedCore += line["level"] == "core" ? 1 : 0;
        refused += line["sql"].toString() + "\n    " +
                   QString::fromStdString(checked.problems().front().message);
    }
    QVERIFY2(refusedCore == 0, qPrintable(refused.join("\n")));
    QVERIFY2(refused.size() * 100 <= static_cast<int>(statements.size()) * 5,
             qPrintable(refused.join("\n")));
}

void TstStatementCheckCorpora::textThatIsNoStatementIsRefused()
{
    QDir folder(m_folder + "/sql_injection/strings");
    int strings = 0;
    for (const QString& name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        while (!file.atEnd()) {
            const QByteArray line = file.readLine().trimmed();
            const auto checked = checkStatement(line.toStdString(), m_catalogue);
            QVERIFY2(!checked || line.toLower().startsWith("select"), line.constData());
            ++strings;
        }
    }
    QVERIFY(strings > 1'000);
}

MR_TEST(TstStatementCheckCorpora)
#include "tst_statement_check_corpora.moc"
