// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_rules.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace::app;

class TstOptionRules : public QObject
{
    Q_OBJECT

private slots:
    void everyRuleIsWholeAndOfItsOwnName();
    void namesTheNearest_data();
    void namesTheNearest();
    void namesTheVariable();
};

void TstOptionRules::everyRuleIsWholeAndOfItsOwnName()
{
    std::set<std::string_view> names;
    for (const OptionRule& rule : optionRules()) {
        QVERIFY(names.insert(rule.name).second);
        QVERIFY(!rule.help.empty() && !rule.group.empty());
        QVERIFY(rule.set != nullptr && rule.show != nullptr);
        QCOMPARE(ruleOf(rule.name), &rule);
    }
    QCOMPARE(ruleOf("nothing"), nullptr);
}

void TstOptionRules::namesTheNearest_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("nearest");
    QTest::newRow("letter missing") << "lane"
                                    << "lanes";
    QTest::newRow("letters swapped") << "databsae"
                                     << "database";
    QTest::newRow("underscore") << "batch_wait_ms"
                                << "batch-wait-ms";
    QTest::newRow("part") << "batch-record"
                          << "batch-records";
}

void TstOptionRules::namesTheNearest()
{
    QFETCH(QString, written);
    QFETCH(QString, nearest);
    const std::string_view found = nearestOption(written.toStdString());
    QCOMPARE(QString::fromUtf8(found.data(), static_cast<qsizetype>(found.size())), nearest);
}

void TstOptionRules::namesTheVariable()
{
    QCOMPARE(environmentName(*ruleOf("batch-wait-ms")), std::string("MILLRACE_BATCH_WAIT_MS"));
}

MR_TEST(TstOptionRules)
#include "tst_option_rules.moc"
